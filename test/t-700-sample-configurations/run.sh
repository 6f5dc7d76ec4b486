#!/bin/sh
# The samples of cf/cf expand without a word and load without an error; installation keeps the old
# file; the Makefile for /etc/mail rebuilds what changed, and nothing else.
. "$SM_SOURCE_DIR/test/util/lib.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
cp -R "$SM_SOURCE_DIR/cf" "$dir/cf"
cd "$dir/cf/cf" || exit 1
: >"$dir/local-host-names"

# usable FILE: after what this machine lacks was replaced.
usable() {
    sed -e "s,/etc/mail/local-host-names,$dir/local-host-names,; s/=smmsp$/=$me/" \
        -e "/^O RunAsUser/d; s,^O LogFile=.*,," -e "/^V10/a O DontBlameSendmail=TrustStickyBit" "$1" >"$dir/loads.cf"
    "$sendmail" -C"$dir/loads.cf" -bC -ODontBlameSendmail=TrustStickyBit >"$dir/out" 2>&1 ||
        fail "$1: $(cat "$dir/out")"
    [ ! -s "$dir/out" ] || fail "$1: $(cat "$dir/out")"
}
for mc in *.mc; do
    sh Build "${mc%.mc}.cf" >"$dir/out" 2>&1 || fail "$mc: $(cat "$dir/out")"
    [ "$(cat "$dir/out")" = "${mc%.mc}.cf" ] || fail "$mc: $(cat "$dir/out")"
    usable "${mc%.mc}.cf"
done
grep -q '^O RunAsUser=smmsp' submit.cf || fail "submit.cf runs as somebody else"
grep -q '^DShub.example.com' smarthost.cf || fail "smarthost.cf: no smart host"
grep -q 'Port=smtps.*M=s' tls-hub.cf || fail "tls-hub.cf: no smtps"

sh Build install-cf DESTDIR="$dir/stage" >"$dir/out" 2>&1 && fail "installed without sendmail.mc"
grep -q 'sendmail.mc is not there' "$dir/out" || fail "$(cat "$dir/out")"
cp generic-linux.mc sendmail.mc
sh Build install-cf DESTDIR="$dir/stage" >"$dir/out" 2>&1 || fail "$(cat "$dir/out")"
sh Build install-cf DESTDIR="$dir/stage" >"$dir/out" 2>&1 || fail "again: $(cat "$dir/out")"
for file in sendmail.cf submit.cf sendmail.cf.old; do
    [ "$(stat -c %a "$dir/stage/etc/mail/$file")" = 444 ] || fail "$file: mode or missing"
done
echo 'FEATURE(`no_such_feature'"'"')' >broken.mc
sh Build broken.cf >"$dir/out" 2>&1 && fail "a broken .mc was accepted"
[ ! -f broken.cf ] || fail "a broken .mc left a .cf"

command -v make >/dev/null 2>&1 || exit 0
mkdir "$dir/etc"
cd "$dir/etc" || exit 1
cp "$dir/cf/sh/Makefile.etc-mail" Makefile
sed "s|^OSTYPE|define(\`confCW_FILE', \`$dir/local-host-names')dnl\ndefine(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')dnl\n&|" \
    "$dir/cf/cf/generic-linux.mc" >sendmail.mc
printf 'a OK\n' >access
printf 'root: x\n' >aliases
run_make() {
    make CONFIGURATIONS=sendmail.cf MAPS=access.db CFDIR="$dir/cf" SENDMAIL="$sendmail" \
        MAKEMAP="$makemap -C sendmail.cf" NEWALIASES="touch aliases.db" >"$dir/out" 2>&1
}
run_make || fail "make: $(cat "$dir/out")"
[ -s sendmail.cf ] && [ -s access.db ] || fail "make made nothing: $(cat "$dir/out")"
run_make || fail "make again"
! grep -q makemap "$dir/out" || fail "rebuilt without need: $(cat "$dir/out")"
sleep 1
printf 'b OK\n' >>access
run_make || fail "make after a change"
grep -q makemap "$dir/out" || fail "not rebuilt: $(cat "$dir/out")"
sleep 1
echo 'LOCAL_CONFIG
Zgarbage' >>sendmail.mc
cp sendmail.cf before
run_make && fail "a configuration with errors was put in place"
cmp -s before sendmail.cf || fail "the good configuration is gone"
