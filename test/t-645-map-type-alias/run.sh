#!/bin/sh
# One .mc, three sets of files behind its class hash and btree maps (MapTypeAlias): the same answers
# and aliases, files with other names. A word that is wrong is one line with the file and its line.
. "$SM_SOURCE_DIR/test/util/lib.sh"
editmap=$SM_BUILD_DIR/editmap/editmap
praliases=$SM_BUILD_DIR/praliases/praliases
for class in hash cdb lmdb; do
    "$makemap" -l | grep -qx $class || skip "built without $class"
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"

# make_cf WORDS: $set/sendmail.cf
make_cf() {
    cat >"$set/test.mc" <<EOF
OSTYPE(\`linux')
define(\`confMAP_TYPE_ALIAS', \`$1')
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')
define(\`confLOG_LEVEL', \`0')
define(\`ALIAS_FILE', \`$set/aliases')
define(\`QUEUE_DIR', \`$set')
define(\`confDOMAIN_NAME', \`mx.alias.test')
FEATURE(\`access_db', \`hash -T<TMPF> $set/access')
FEATURE(\`mailertable', \`btree $set/mailertable')
MAILER(\`local')
MAILER(\`smtp')
EOF
    m4 "$SM_SOURCE_DIR/cf/m4/cf.m4" "$set/test.mc" >"$set/sendmail.cf" || fail "m4"
}

fill() {
    printf 'Connect:192.0.2.7\tREJECT\nTo:a.test\tRELAY\nSpam@x.test\tERROR:"550 no"\n' |
        "$makemap" -C "$set/sendmail.cf" hash "$set/access" || fail "$set: makemap hash"
    printf 'b.test\tsmtp:[192.0.2.9]\n.c.test\terror:5.7.0:550 no\n' |
        "$makemap" -C "$set/sendmail.cf" btree "$set/mailertable" || fail "$set: makemap btree"
    "$editmap" -C "$set/sendmail.cf" -u hash "$set/access" to:d.test RELAY || fail "$set: editmap"
    printf 'root: ada\npostmaster: root\nteam: ada, grace@b.test\n' >"$set/aliases"
    "$sendmail" -C "$set/sendmail.cf" -bi >"$set/newaliases" 2>&1 || fail "newaliases: $(cat "$set/newaliases")"
    "$praliases" -C "$set/sendmail.cf" | sort >"$set/praliases"
}

ask() {
    for key in connect:192.0.2.7 to:a.test to:d.test none; do echo "/map access $key"; done
    for key in b.test .c.test none; do echo "/map mailertable $key"; done
    printf 'check_mail spam@x.test\n3,0 u@b.test\n3,0 u@x.c.test\n3,0 u@d.test\n'
}

for words in "" "hash:cdb,btree:lmdb" "hash:lmdb, btree:cdb"; do
    set=$dir/$(echo "${words:-none}" | tr -d ' :,')
    mkdir "$set"
    make_cf "$words"
    fill
    ask | timeout 60 "$sendmail" -C "$set/sendmail.cf" -bt 2>&1 | sed "s|$set|DIR|g" >"$set/answers"
    printf 'team\npostmaster\n' | timeout 60 xargs "$sendmail" -C "$set/sendmail.cf" -bv 2>&1 |
        sed "s|$set|DIR|g" >>"$set/answers"
    [ "$words" ] || grep -q 'map_lookup: access (to:d.test) returns RELAY (0)' "$set/answers" ||
        fail "no answers: $(cat "$set/answers")"
    for file in answers newaliases praliases; do
        sed "s|$set|DIR|g" "$set/$file" | diff "$dir/none/$file.same" - 2>/dev/null >"$dir/diff" && continue
        [ -z "$words" ] || fail "$words: $file: $(cat "$dir/diff")"
        sed "s|$set|DIR|g" "$set/$file" >"$dir/none/$file.same"
    done
done
for file in none/access.db none/mailertable.db none/aliases.db hashcdbbtreelmdb/access.cdb \
    hashcdbbtreelmdb/mailertable.lmdb hashcdbbtreelmdb/aliases.cdb hashlmdbbtreecdb/access.lmdb; do
    [ -s "$dir/$file" ] || fail "$file: $(ls "$dir"/*)"
done
[ ! -e "$dir/hashcdbbtreelmdb/access.db" ] || fail "a database that nobody looks at"

set=$dir/wrong
mkdir "$set"
make_cf "hash:nosuch"
line=$(grep -n 'MapTypeAlias' "$set/sendmail.cf" | cut -d: -f1)
"$sendmail" -C "$set/sendmail.cf" -bv root >"$set/out" 2>&1
status=$?
[ $status = 78 ] || fail "exit status $status"
grep -q "^$set/sendmail.cf: line $line: MapTypeAlias: \"hash:nosuch\"" "$set/out" || fail "$(cat "$set/out")"
[ "$(grep -c MapTypeAlias "$set/out")" = 1 ] || fail "more than one line: $(cat "$set/out")"
echo 'a b' | "$makemap" -C "$set/sendmail.cf" hash "$set/access" 2>"$set/err"
status=$?
[ $status = 78 ] || fail "makemap: exit status $status"
grep -q "^makemap: $set/sendmail.cf: line $line: MapTypeAlias" "$set/err" || fail "makemap: $(cat "$set/err")"
[ "$(wc -l <"$set/err")" = 1 ] || fail "makemap: $(cat "$set/err")"

# What root makes belongs to TrustedUser.
if [ "$(id -u)" = 0 ]; then
    printf 'V10/Berkeley\nO TrustedUser=daemon\n' >"$dir/trusted.cf"
    echo 'a b' | "$makemap" -C "$dir/trusted.cf" hash "$dir/trusted" || fail "makemap"
    [ "$(stat -c %U "$dir/trusted.db")" = daemon ] || fail "owner: $(ls -l "$dir/trusted.db")"
fi
