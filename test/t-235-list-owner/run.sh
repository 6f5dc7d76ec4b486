#!/bin/sh
# Members of a list with an owner- alias have the owner as sender, in the first attempt and in those from the
# queue; a member that fails later is reported to the owner.
. "$SM_SOURCE_DIR/test/util/lib.sh"
make_instance
printf 'list: tempfail@far.test\nowner-list: boss@own.test\n' >>"$dir/aliases"
sm -bi >/dev/null 2>&1 || fail newaliases
start_sink
printf 'Subject: x\n\nbody\n' | sm -X "$dir/first" -oem -odi -f"$me" list tempfail@near.test >"$dir/out" 2>&1
for sender in "boss@own.test" "$me@mx.try.test"; do
    grep -q ">>> MAIL From:<$sender>" "$dir/first" || fail "first attempt not from $sender: $(cat "$dir/first" "$dir/out")"
done
sm -X "$dir/second" -OTimeout.hoststatus=0s -q >"$dir/out" 2>&1
wait_for "[ \$(grep -c '>>> QUIT' $dir/second 2>/dev/null) -ge 1 ]"
for sender in "boss@own.test" "$me@mx.try.test"; do
    grep -q ">>> MAIL From:<$sender>" "$dir/second" || fail "not from $sender: $(cat "$dir/second" "$dir/mqueue"/qf*)"
done
# The reports, when it is given up.
wait_for "[ \$(grep -c 'stat=Deferred' $dir/log) -ge 4 ]"
sleep 1
sm -OTimeout.queuereturn=now -q >"$dir/out" 2>&1
wait_for "grep -q 'to=.*boss@own.test.*stat=Sent' $dir/log && grep -q 'to=.*$me.*stat=Sent' $dir/log"
echo ok
