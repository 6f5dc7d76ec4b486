#!/bin/sh
# SIGHUP: no connection is refused while the daemon becomes itself again; a configuration with
# errors is logged and the old daemon stays. SIGTERM: the pid file goes.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
start_daemon -q1h
pidfile=$(sed -n 's/^O PidFile=//p' "$dir/sendmail.cf")
[ "$(head -1 "$pidfile")" = "$daemon_pid" ] || fail "pid file: $(cat "$pidfile")"

cat >"$dir/clients.py" <<'PYTHON'
import socket, sys, time
end = time.time() + 3
count = bad = 0
while time.time() < end:
    try:
        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) as link:
            bad += not link.recv(1000).startswith(b"220 ")
            link.sendall(b"QUIT\r\n")
            link.recv(1000)
        count += 1
    except OSError as problem:
        print(problem)
        bad += 1
print("connections %d, refused or wrong %d" % (count, bad))
sys.exit(1 if bad or not count else 0)
PYTHON
starts() { grep -c 'starting daemon' "$dir/log"; }
before=$(starts)
python3 "$dir/clients.py" "$port" &
clients=$!
sleep 1
kill -HUP "$daemon_pid"
wait "$clients" || fail "connections were lost during the restart"
wait_for "[ \$(starts) -gt $before ]"
[ "$(head -1 "$pidfile")" = "$daemon_pid" ] || fail "pid file after the restart"

cp "$dir/sendmail.cf" "$dir/good.cf"
echo 'O NoSuchOption=1' >>"$dir/sendmail.cf"
kill -HUP "$daemon_pid"
wait_for "grep -q 'unknown option name NoSuchOption' '$dir/log'"
wait_for "grep -q 'the old one stays in use' '$dir/log'"
kill -0 "$daemon_pid" || fail "the daemon ended"
python3 "$dir/clients.py" "$port" || fail "not served after the failed restart"
cp "$dir/good.cf" "$dir/sendmail.cf"

stop_daemon
[ ! -e "$pidfile" ] || fail "the pid file is still there"
