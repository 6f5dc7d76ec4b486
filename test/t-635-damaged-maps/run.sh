#!/bin/sh
# Map files that are cut off, overwritten or full of rubbish: a key that was in the file has its value, or it cannot be told;
# nothing hangs or crashes. A file that goes away and comes back. Large and odd values.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
"$makemap" -l | grep -qx hash || skip "built without libdb"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
printf 'V10/Berkeley\nO DontBlameSendmail=TrustStickyBit\n' >"$dir/cf0"
timeout 300 python3 "$SM_SOURCE_DIR/test/t-635-damaged-maps/damage.py" "$sendmail" "$makemap" "$dir" || fail "see above"

# A file that is missing for a while, in one process.
cat >"$dir/cf" <<END
V10/Berkeley
O LogLevel=0
O DontBlameSendmail=TrustStickyBit
O QueueDirectory=$dir
Km hash $dir/there
Mlocal, P=/bin/true, F=l, A=true
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c \$u
END
printf 'a\tone\n' | "$makemap" -C "$dir/cf0" hash "$dir/there" 2>/dev/null || fail "makemap"
mkfifo "$dir/pipe"
"$sendmail" -C "$dir/cf" -bt <"$dir/pipe" >"$dir/out" 2>&1 &
reader=$!
exec 9>"$dir/pipe"
# Answers are seen at the end; that the first lookup was made, by what the process has open.
printf '/map m a\n' >&9
wait_for "ls -l /proc/$reader/fd | grep -q 'there\.db'"
mv "$dir/there.db" "$dir/away.db"
printf '/map m a\n' >&9
sleep 2
mv "$dir/away.db" "$dir/there.db"
printf '/map m a\n' >&9
sleep 2
printf 'a\ttwo\n' | "$makemap" -C "$dir/cf0" hash "$dir/there" 2>/dev/null || fail "makemap"
printf '/map m a\n' >&9
exec 9>&-
wait $reader
got=$(sed -n 's/^\(> \)*map_lookup: m (a) //p' "$dir/out" | tr '\n' ';')
[ "$got" = "returns one (0);no match (75);returns one (0);returns two (0);" ] || fail "away and back: $got"

# A value of 1 MB, and octets that are not text.
perl -e 'print "big\t", "v" x 1000000, "\nodd\t\x01\x7f\xff\x80 %9 %%\n"' |
    "$makemap" -C "$dir/cf0" hash "$dir/there" 2>/dev/null || fail "makemap"
printf '/map m big\n/map m odd\n' | timeout 60 "$sendmail" -C "$dir/cf" -bt >"$dir/out" 2>&1 || fail "large value: $?"
awk '/returns vvv/ && length($0) > 1000000 {n++} END {exit n != 1}' "$dir/out" || fail "large value: $(cut -c1-200 "$dir/out")"
