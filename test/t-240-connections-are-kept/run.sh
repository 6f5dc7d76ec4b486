#!/bin/sh
# Many messages for one destination go out over few connections, and a connection that the server
# closed meanwhile costs nothing.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

extra_mc="FEATURE(\`promiscuous_relay')dnl
define(\`confMCI_CACHE_SIZE', \`2')dnl"
make_instance
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/dialogue" \
    --messages "$dir/sink" --port-file "$dir/sinkport" --close-after 'EOD:' --reply 'NOOP=250 x' &
sink_pid=$!
wait_for "test -f $dir/sinkport"
kill "$sink_pid"
wait "$sink_pid" 2>/dev/null
rm -f "$dir/dialogue"
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/dialogue" \
    --messages "$dir/sink" &
sink_pid=$!
start_daemon -q1h
python3 - "$port" <<'PYTHON' || fail "smtplib"
import smtplib, sys
client = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=60)
for serial in range(100):
    client.sendmail("from@far.test", ["to%d@far.test" % serial], "Subject: x\r\n\r\nbody\r\n")
client.quit()
PYTHON
wait_for "[ -z \"\$(ls $dir/mqueue | grep '^[qdt]f')\" ]" 60
[ "$(ls "$dir/sink" | wc -l)" = 100 ] || fail "$(ls "$dir/sink" | wc -l) messages"
connections=$(grep -c ' connect$' "$dir/dialogue")
[ "$connections" -le 30 ] || fail "$connections connections for 100 messages"
