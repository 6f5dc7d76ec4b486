#!/bin/sh
# HostStatusDirectory: a host that is down is asked by one process and known to all others; hoststat
# and purgestat say what the reference says of the same files (hoststat.txt; with SM_ORACLE the
# reference binary is asked again); SingleThreadDelivery.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
here=$SM_SOURCE_DIR/test/t-270-host-status

extra_mc="FEATURE(\`promiscuous_relay')dnl
define(\`confHOST_STATUS_DIRECTORY', \`.hoststat')dnl"
make_instance
status=$dir/mqueue/.hoststat

# Without the directory.
sm -bh >"$dir/out" 2>&1 || fail "hoststat without its directory: exit $?"
echo "Warning: Cannot use HostStatusDirectory = .hoststat: No such file or directory" |
    diff - "$dir/out" || fail "no warning"
mkdir -m 777 "$status"
sm -bp | head -n 1 | grep -q 'Cannot use HostStatusDirectory = .hoststat: Permission denied' ||
    fail "a directory for everybody is used"
[ -z "$(echo QUIT | sm -bs | grep Warning)" ] || fail "a warning in the middle of SMTP"
rm -r "$status"
mkdir -m 755 "$status"
[ -z "$(sm -bh 2>&1)" ] || fail "hoststat of an empty directory: $(sm -bh)"

# The table, as the reference prints it. Its order is that of the directory; where it says of files
# that they could not be read is its own.
# The reference knows no LogFile.
grep -v "^O LogFile" "$dir/sendmail.cf" >"$dir/plain.cf"
plain() {
    sed '/could not read\|Unknown host status/d; s/\(:[0-9][0-9]\):[0-9][0-9] /\1:xx /'
}
ask() {
    flock "$status/test./try./busy" "$@" -C"$dir/plain.cf" -bh 2>/dev/null | sort
    echo "--- -v"
    "$@" -C"$dir/plain.cf" -bh -v 2>/dev/null | sort
}
sh "$here/files.sh" "$status" || fail "files.sh"
ask "$sendmail" | plain >"$dir/ours"
if [ -n "${SM_ORACLE:-}" ]; then
    ask "$SM_ORACLE" | plain >"$dir/theirs"
else
    cp "$here/hoststat.txt" "$dir/theirs"
fi
diff "$dir/theirs" "$dir/ours" || fail "hoststat differs"

# What was not written for half an hour goes; what is locked stays.
find "$status" -type f ! -name good -exec touch -d '31 minutes ago' {} +
flock "$status/test./try./busy" "$sendmail" -C"$dir/sendmail.cf" -bH || fail "purgestat: exit $?"
left=$(cd "$status" && find . -type f | sort | tr '\n' ' ')
[ "$left" = "./.hidden ./open./in ./test./try./busy ./test./try./good " ] ||
    fail "left by purgestat: $left"
sm -bH
[ ! -e "$status/2." ] || fail "an empty directory is left"
rm -rf "$status"/*

# Nobody listens on that port.
start_daemon -q1h
printf 'Subject: one\n\nx\n' | send_smtp a@far.test b@other.test
wait_for "grep -q 'stat=Deferred: Connection refused by' '$dir/log'"
wait_for "[ -s '$status/1./0./0./127' ]"
sed 's/^U.*/U/' "$status/1./0./0./127" >"$dir/out"
printf 'V0\nE111\nH0\nS75\nD4.4.1\nU\n.\n' | diff - "$dir/out" || fail "the file"
sm -bh | grep -q '^ 127.0.0.1  *00:00:[0-9][0-9] Deferred: Connection refu$' || fail "$(sm -bh)"

# From now on somebody would listen, but other processes do not ask.
start_sink
printf 'Subject: two\n\nx\n' | send_smtp a@far.test b@other.test
wait_for "[ \$(grep -c 'dsn=4.4.1, stat=Deferred: Connection refused by' '$dir/log') = 2 ]"
sm -qf
[ -z "$(ls "$dir/sink")" ] || fail "a host that is known to be down was asked"
grep -q 'relay=\[127.0.0.1\], dsn=4.4.1, stat=Deferred: Connection refused by \[127.0.0.1\]' \
    "$dir/log" || fail "no stored status in the log"
find "$status" -type f -exec touch -d '31 minutes ago' {} +
sm -bH
sm -qf
wait_for "[ \$(ls '$dir/sink' | grep -c 'msg') = 2 ]"
sm -bh -v | grep -q '^ 127.0.0.1  *00:00:[0-9][0-9] 250 ' || fail "after the delivery: $(sm -bh -v)"

# One at a time.
echo 'O SingleThreadDelivery=True' >>"$dir/sendmail.cf"
stop_daemon
printf 'Subject: three\n\nx\n' >"$dir/message"
flock "$status/1./0./0./127" "$sendmail" -C"$dir/sendmail.cf" -oem -odi -fa@far.test b@other.test \
    <"$dir/message"
grep -q 'relay=\[127.0.0.1\], dsn=4.4.5, stat=Deferred$' "$dir/log" || fail "the lock is ignored"
sm -qf
wait_for "[ \$(ls '$dir/sink' | grep -c 'msg') = 3 ]"
exit 0
