#!/bin/sh
# MaxDaemonChildren: the socket is closed while it is reached, and opened again; a client that
# goes away in the middle leaves nothing in the queue.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
echo 'O MaxDaemonChildren=2' >>"$dir/sendmail.cf"
start_daemon
wait_for "[ \$(grep -c 'lost input channel' '$dir/log') -ge 1 ]"
python3 - "$port" "$me" <<'PYTHON' || fail "MaxDaemonChildren"
import socket, sys, time
port, user = int(sys.argv[1]), sys.argv[2]


def connect():
    link = socket.create_connection(("127.0.0.1", port), 10)
    assert link.recv(1000).startswith(b"220 ")
    return link


time.sleep(0.5)
held = [connect(), connect()]
time.sleep(0.5)
try:
    socket.create_connection(("127.0.0.1", port), 10)
    sys.exit("a third connection was not refused")
except ConnectionRefusedError:
    pass
held.pop().close()
for attempt in range(50):
    try:
        held.append(connect())
        break
    except OSError:
        time.sleep(0.1)
else:
    sys.exit("the socket stayed closed")
for command in ("EHLO c.test", "MAIL FROM:<a@far.test>", "RCPT TO:<%s>" % user, "DATA"):
    held[-1].sendall(command.encode() + b"\r\n")
    held[-1].recv(1000)
held[-1].sendall(b"Subject: half\r\n\r\nof it\r\n")
for link in held:
    link.close()
PYTHON
grep -q 'rejecting connections on daemon MTA: 2 children, max 2' "$dir/log" || fail "no log line"
wait_for "[ -z \"\$(ls '$dir/mqueue')\" ]"
wait_for "grep -q 'collect: premature EOM' '$dir/log'"

# RejectLogInterval: how long connections have been refused.
stop_daemon
: >"$dir/log"
start_daemon -O MaxDaemonChildren=1 -O RejectLogInterval=1s
wait_for "[ \$(grep -c 'lost input channel' '$dir/log') -ge 1 ]"
python3 -c "
import socket, time
link = socket.create_connection(('127.0.0.1', $port), 10)
link.recv(1000)
time.sleep(4)"
grep -q 'have been rejecting connections on daemon MTA for 00:00:0[1-4]' "$dir/log" ||
    fail "RejectLogInterval"
stop_daemon

# QueueLA and QueueFactor: with 0 and 0 the load is always too high.
queued() { ls "$dir/mqueue" | grep -c '^qf'; }
busy="-O QueueLA=0 -O QueueFactor=0"
rm -f "$dir"/mqueue/*
printf 'Subject: x\n\nbody\n' | sm -oem -odi $busy -f from@far.test "$me@try.test" >"$dir/out" 2>&1
[ "$(queued)" = 1 ] || fail "QueueLA=0 delivers: $(cat "$dir/out")"
printf 'Subject: x\n\nbody\n' | sm -v $busy -f from@far.test "$me@try.test" >"$dir/out" 2>&1
grep -qx "$me@try.test... queued" "$dir/out" || fail "-v does not say queued: $(cat "$dir/out")"
sm -bp $busy | grep -q '^[0-9A-Za-x]*X ' || fail "mailq: $(sm -bp $busy)"
sm -bp | grep -q '^[0-9A-Za-x]*X ' && fail "mailq without load: $(sm -bp)"
sm -q -v $busy >"$dir/out" 2>&1
grep -qx 'Skipping queue run -- load average too high' "$dir/out" || fail "-q -v: $(cat "$dir/out")"
sm -qf $busy >"$dir/out" 2>&1
[ "$(grep -c 'runqueue: Skipping queue run -- load average too high' "$dir/log")" = 2 ] ||
    fail "not in the log"
[ "$(queued)" = 2 ] || fail "a queue run although the load is too high"
sm -q -v -O QueueLA=0 -O QueueFactor=2000000000 >"$dir/out" 2>&1
[ "$(queued)" = 0 ] || fail "QueueFactor: $(cat "$dir/out")"
start_daemon $busy
printf 'Subject: x\n\nbody\n' | send_smtp from@far.test "$me@try.test"
sleep 1
[ "$(queued)" = 1 ] || fail "the daemon delivers although the load is too high"
