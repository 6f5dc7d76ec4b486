#!/bin/sh
# Build install with DESTDIR, as an ordinary user would: what lands where, with which modes; and
# the owners in the printed list. The programs come from the build under test.
. "$SM_SOURCE_DIR/test/util/lib.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
out=$dir/list
(
    SM_TOP=$SM_SOURCE_DIR SM_OBJ=$SM_BUILD_DIR DESTDIR=$dir/stage os=$(uname -s) site_files=
    die() { status=$1; shift; echo "$*"; exit "$status"; }
    note() { echo "$*"; }
    . "$SM_SOURCE_DIR/devtools/bin/settings.sh"
    read_settings
    . "$SM_SOURCE_DIR/devtools/bin/install.sh"
    install_all install
) >"$out" 2>&1 || fail "install: $(cat "$out")"
has() {
    [ "$(stat -c %a "$dir/stage$1" 2>/dev/null)" = "$2" ] || fail "$1: mode $2 wanted: $(ls -ld "$dir/stage$1" 2>&1)"
}
has /usr/sbin/sendmail 2555
has /usr/sbin/makemap 555
has /usr/libexec/mail.local 555
has /usr/libexec/smrsh 555
has /var/spool/clientmqueue 770
has /var/spool/mqueue 700
has /etc/mail/statistics 600
for link in mailq newaliases hoststat purgestat; do
    [ "$(readlink "$dir/stage/usr/bin/$link")" = /usr/sbin/sendmail ] || fail "link $link"
done
grep -q '^root:smmsp 2555 /usr/sbin/sendmail$' "$out" || fail "owner list: $(cat "$out")"
grep -q '^smmsp:smmsp 0770 /var/spool/clientmqueue$' "$out" || fail "owner list: $(cat "$out")"
has /etc/mail/helpfile 444
for page in man8/sendmail.8 man1/mailq.1 man5/aliases.5 man8/makemap.8; do
    found=$(find "$dir/stage" -path "*$page")
    [ -n "$found" ] || fail "manual page $page: $(find "$dir/stage" -name '*.[158]')"
done
