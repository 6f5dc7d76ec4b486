#!/bin/sh
# The dialogues about TLS, AUTH and the access to them against our daemon, compared with what the
# reference answered (replies.txt): codes, texts and what is offered. SM_CF_TREE names another cf tree.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
command -v openssl >/dev/null || skip "openssl is not installed"
saslpasswd=$(command -v saslpasswd2 || echo /usr/sbin/saslpasswd2)
[ -x "$saslpasswd" ] || skip "saslpasswd2 is not installed"
[ "$(id -u)" = 0 ] || skip "the access map tells clients apart by addresses that only root's set-up has"
here=$SM_SOURCE_DIR/test/oracle/tls
smtp=$SM_SOURCE_DIR/test/oracle/smtp
plugins=
. "$here/lib.sh"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
make_place
sort_dialogues
for name in $variants; do
    make_cf "$name" "${SM_CF_TREE:-$SM_SOURCE_DIR/cf}"
    sed '/^ESASL_PATH=$/d' "$dir/$name.cf" >"$dir/sendmail.cf"
    printf 'O LogFile=%s\n' "$dir/log" >>"$dir/sendmail.cf"
    for map in access mailertable virtusertable genericstable; do
        "$makemap" -C "$dir/sendmail.cf" hash "$dir/$map" <"$dir/$map" || fail "makemap $map"
    done
    start_daemon
    play "$name" >>"$dir/ours.txt"
    stop_daemon
done
! grep -q 'core dumped\|assertion' "$dir/log" || fail "a session died"
python3 "$smtp/compare_replies.py" "$here/replies.txt" "$dir/ours.txt" -s \
    -a "$here/expected_differences.txt" || fail "dialogues differ"
