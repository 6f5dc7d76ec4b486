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
