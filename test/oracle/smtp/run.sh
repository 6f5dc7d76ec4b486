#!/bin/sh
# The dialogues of this folder against our daemon, compared with what the reference answered
# (replies.txt): codes, enhanced codes and texts. SM_CFDIR names another cf tree than our own.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "the access map tells clients apart by addresses that only root's set-up has"
here=$SM_SOURCE_DIR/test/oracle/smtp

dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
port=$(free_port)
mkdir "$dir/mqueue" "$dir/mail" "$dir/forward" "$dir/bin" "$dir/hoststat"
chmod 700 "$dir/mqueue"
cp "$here"/maps/* "$dir"
printf '#!/bin/sh\ncat >/dev/null\n' >"$dir/bin/deliver"
chmod 755 "$dir/bin/deliver"
sed -e "s,@DIR@,$dir,g; s,@PORT@,$port,g; s,@SINKPORT@,9,g; s,@LOGLEVEL@,14,g" \
    -e "s,@PLUG@,$dir,g; s,@DELIVERY@,q,g; s,@DEFUSER@,nobody,g" "$here/sandbox.mc" >"$dir/sendmail.mc"
if [ -n "${SM_CFDIR:-}" ]; then
    m4 -D_CF_DIR_="$SM_CFDIR/" "$SM_CFDIR/m4/cf.m4" "$dir/sendmail.mc" >"$dir/sendmail.cf" || fail "m4"
else
    expand_mc "$dir/sendmail.mc" "$dir/sendmail.cf"
fi
printf 'O LogFile=%s\n' "$dir/log" >>"$dir/sendmail.cf"
for map in access mailertable virtusertable genericstable; do
    "$makemap" -C "$dir/sendmail.cf" hash "$dir/$map" <"$dir/$map" || fail "makemap $map"
done
start_daemon
# Dialogues that need a certificate or accounts are left out.
mkdir "$dir/dialogues"
for dialogue in "$here"/dialogues/*.smtp; do
    grep -qE '^(TLS|CERT|CRAM|PLAIN|LOGIN):' "$dialogue" || cp "$dialogue" "$dir/dialogues"
done
python3 "$here/smtp_diff.py" -1 -j 4 "127.0.0.1:$port" "$dir/dialogues" >"$dir/ours.txt"
python3 "$here/compare_replies.py" "$here/replies.txt" "$dir/ours.txt" \
    -a "$here/expected_differences.txt" || fail "dialogues differ"
