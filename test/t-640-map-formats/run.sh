#!/bin/sh
# Files of the classes cdb and lmdb: made, listed, looked up (-bt, rules, aliases), edited; good for other programs;
# replaced 200 times while another process looks up.
. "$SM_SOURCE_DIR/test/util/lib.sh"
editmap=$SM_BUILD_DIR/editmap/editmap
praliases=$SM_BUILD_DIR/praliases/praliases
"$makemap" -l | grep -qx cdb && "$makemap" -l | grep -qx lmdb || skip "built without cdb or lmdb"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
trap cleanup EXIT
chmod 755 "$dir"
cat >"$dir/test.cf" <<END
V10/Berkeley
O OperatorChars=.:%@!^/[]+
O DontBlameSendmail=TrustStickyBit
O QueueDirectory=$dir
O LogLevel=0
Djmx.case.test
Kc cdb $dir/m
Kl lmdb $dir/m
Kca cdb -a<A> -N $dir/n
Kla lmdb -m $dir/m
Kcn cdb $dir/none
Kln lmdb $dir/none
Kco cdb -o $dir/none
Kbad cdb $dir/bad
Kbadl lmdb $dir/bad
S0
R\$*	\$#local \$: \$1
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true \$u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c \$u
END
# A table of odd entries.
{
    printf 'key\tvalue\nTwo Words\n# comment\n\nUPPER\tKept As It Is\npercent\tgot %%0 of %%1\nempty\t\n'
    printf 'long\t%0500d\n' 7
    i=0
    while [ $i -lt 2000 ]; do
        echo "k$i	v$i"
        i=$((i + 1))
    done
} >"$dir/m"
for type in cdb lmdb; do
    "$makemap" -C "$dir/test.cf" $type "$dir/m" <"$dir/m" 2>"$dir/err.$type"
    "$makemap" -C "$dir/test.cf" -u $type "$dir/m" | sort >"$dir/listed.$type" || fail "$type: -u"
    "$makemap" -C "$dir/test.cf" -N $type "$dir/n" <"$dir/m" 2>/dev/null
done
"$makemap" -C "$dir/test.cf" hash "$dir/m" <"$dir/m" 2>"$dir/err.hash"
"$makemap" -C "$dir/test.cf" -u hash "$dir/m" | sort >"$dir/listed.hash"
for type in cdb lmdb; do
    diff "$dir/err.hash" "$dir/err.$type" || fail "$type: other complaints than for hash"
    diff "$dir/listed.hash" "$dir/listed.$type" || fail "$type: other entries than hash"
done
! command -v cdb >/dev/null || [ "$(cdb -q "$dir/m.cdb" k17)" = v17 ] || fail "cdb(1) does not read it"
printf 'not a database' >"$dir/bad.cdb"
printf 'not a database' >"$dir/bad.lmdb"
while IFS='|' read -r command wanted; do
    printf '%s\n' "$command" >>"$dir/commands"
    printf '%s\n' "$wanted" >>"$dir/wanted"
done <<'END'
/map c key|map_lookup: c (key) returns value (0)
/map l key|map_lookup: l (key) returns value (0)
/map c UPPER|map_lookup: c (UPPER) returns Kept As It Is (0)
/map l Upper|map_lookup: l (Upper) returns Kept As It Is (0)
/map c k1999|map_lookup: c (k1999) returns v1999 (0)
/map l k1999|map_lookup: l (k1999) returns v1999 (0)
/map c none|map_lookup: c (none) no match (0)
/map l none|map_lookup: l (none) no match (0)
/map ca key|map_lookup: ca (key) returns value<A> (0)
/map la key|map_lookup: la (key) returns key (0)
/map cn key|map_lookup: cn (key) no match (75)
/map ln key|map_lookup: ln (key) no match (75)
/map co key|Map named "co" not open
/map bad key|map_lookup: bad (key) no match (75)
/map badl key|map_lookup: badl (key) no match (75)
END
timeout 60 "$sendmail" -C "$dir/test.cf" -bt <"$dir/commands" >"$dir/out" 2>&1
sed -n 's/^> //; /^map_lookup: \|^Map named/p' "$dir/out" >"$dir/got"
diff "$dir/wanted" "$dir/got" || fail "answers differ (wanted <, got >)"

for type in cdb lmdb; do
    "$editmap" -C "$dir/test.cf" -u $type "$dir/m" key changed || fail "$type: editmap -u"
    [ "$("$editmap" -C "$dir/test.cf" -q $type "$dir/m" key)" = changed ] || fail "$type: editmap -q"
    "$editmap" -C "$dir/test.cf" -x $type "$dir/m" k5 || fail "$type: editmap -x"
    ! "$editmap" -C "$dir/test.cf" -q $type "$dir/m" k5 >/dev/null 2>&1 || fail "$type: still there"
    # Aliases.
    printf 'one: two\nlist: a, b, c\n' >"$dir/aliases"
    sed "s,^O LogLevel.*,&\nO AliasFile=$type:$dir/aliases," "$dir/test.cf" >"$dir/alias.cf"
    "$sendmail" -C "$dir/alias.cf" -bi >"$dir/out" 2>&1 || fail "$type: newaliases: $(cat "$dir/out")"
    grep -q "$dir/aliases: 2 aliases, longest 7 bytes, 17 bytes total" "$dir/out" || fail "$type: $(cat "$dir/out")"
    [ "$("$praliases" -C "$dir/alias.cf" list)" = "list:a, b, c" ] || fail "$type: praliases"
done

# 10,000 lookups while the file is made anew 200 times with other neighbours of the key.
for type in cdb lmdb; do
    letter=$(echo $type | cut -c1)
    i=0
    while [ $i -lt 10000 ]; do
        echo "/map $letter steady"
        i=$((i + 1))
    done >"$dir/commands"
    printf 'steady\tyes\n' | "$makemap" -C "$dir/test.cf" $type "$dir/m" || fail "$type: makemap"
    (timeout 120 "$sendmail" -C "$dir/test.cf" -bt <"$dir/commands" >"$dir/out" 2>&1) &
    reader=$!
    i=0
    while [ $i -lt 200 ]; do
        printf 'steady\tyes\nother%d\tx\n' $i | "$makemap" -C "$dir/test.cf" $type "$dir/m" || fail "$type: makemap"
        i=$((i + 1))
    done
    wait $reader
    [ "$(grep -c 'returns yes (0)' "$dir/out")" = 10000 ] ||
        fail "$type: $(grep 'map_lookup' "$dir/out" | grep -v 'returns yes' | sort | uniq -c)"
done
