#!/bin/sh
# After 1,000 sessions the listener has as many descriptors as before and no zombie is left.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
start_daemon -q1h
# Everything below the daemon: listener, broker, queue manager.
family() { ps -o pid=,stat= --ppid "$daemon_pid" -p "$daemon_pid"; }
count_fds() {
    total=0
    for pid in $(family | awk '{ print $1 }'); do
        total=$((total + $(ls "/proc/$pid/fd" 2>/dev/null | wc -l)))
    done
    echo $total
}
send_smtp a@far.test "$me@try.test" <<'MESSAGE'
Subject: the first session wakes what is made when first needed

MESSAGE
wait_for "test -s $dir/mail/$me"
before=$(count_fds)
python3 - "$port" <<'PYTHON' || fail "sessions"
import socket, sys
for number in range(1000):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) as link:
        link.recv(1000)
        if number % 3:
            link.sendall(b"EHLO client.test\r\n")
            link.recv(1000)
        if number % 3 == 2:
            link.sendall(b"QUIT\r\n")
            link.recv(1000)
PYTHON
wait_for "[ \$(family | wc -l) -le 4 ]" 30
wait_for "[ \$(count_fds) -le $before ]" 10
if family | grep -q Z; then fail "zombies: $(family)"; fi
echo "descriptors before and after 1,000 sessions: $before $(count_fds)"
