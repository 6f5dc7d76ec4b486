#!/bin/sh
# The walk of the talk on TLS and AUTH, its part on the split in two: a daemon started with
# "-L sm-mta -bd -q15m", a submission program with submit.cf and a queue of smmsp, the job of cron that
# clears this queue with "-L sm-msp-queue -Ac -q"; and the "(IDENT:smmsp@...)" of its Received line.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for port 25 and an /etc of its own"
    unshare --net --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --net --mount sh "$0"
fi
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || skip "cannot set up loopback"
extra_mc="define(\`confTO_IDENT', \`5s')dnl"
make_instance
cp -a /etc "$dir/etc" 2>/dev/null
mkdir -p "$dir/etc/mail" "$dir/bin" "$dir/clientmqueue"
grep -q '^smmsp:' "$dir/etc/passwd" || echo 'smmsp:x:12345:12345::/nonexistent:/usr/sbin/nologin' >>"$dir/etc/passwd"
grep -q '^smmsp:' "$dir/etc/group" || echo 'smmsp:x:12345:' >>"$dir/etc/group"
echo 'plain:x:12346:12346:Plain User:/nonexistent:/bin/sh' >>"$dir/etc/passwd"
echo 'plain:x:12346:' >>"$dir/etc/group"
mount --bind "$dir/etc" /etc || skip "cannot mount"
cat >"$dir/submit.mc" <<END
OSTYPE(\`bsd4.4')dnl
define(\`confDOMAIN_NAME', \`mail.try.test')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')dnl
define(\`confSERVICE_SWITCH_FILE', \`$dir/service.switch')dnl
define(\`confHOSTS_FILE', \`$dir/hosts')dnl
define(\`MSP_QUEUE_DIR', \`$dir/clientmqueue')dnl
FEATURE(\`msp', \`[127.0.0.1]')dnl
END
expand_mc "$dir/submit.mc" "$dir/etc/mail/submit.cf"
sed -i '/^O LogFile/d' "$dir/etc/mail/submit.cf"
printf 'O LogFile=%s\n' "$dir/clientmqueue/log" >>"$dir/etc/mail/submit.cf"
sed "s/^\(O DaemonPortOptions=.*Port=\)$port/\125/" "$dir/sendmail.cf" >"$dir/etc/mail/sendmail.cf"
grep -q '^O DaemonPortOptions=.*Port=25$' "$dir/etc/mail/sendmail.cf" || fail "port 25"
cp "$sendmail" "$dir/bin/sendmail"
ln -s sendmail "$dir/bin/newaliases"
chgrp smmsp "$dir/bin/sendmail" "$dir/clientmqueue"
chown smmsp "$dir/clientmqueue"
chmod 2555 "$dir/bin/sendmail"
chmod 770 "$dir/clientmqueue"
as_user() { setpriv --reuid plain --regid plain --clear-groups env -u LD_PRELOAD HOME=/nonexistent "$@"; }
"$dir/bin/newaliases" >"$dir/said" 2>&1 || fail "newaliases: $(cat "$dir/said")"

# The daemon is not there yet: the message waits in the client queue.
printf 'Subject: waits\n\ntext\n' | as_user "$dir/bin/sendmail" -i "$me@try.test" >"$dir/said" 2>&1 ||
    fail "sendmail: $(cat "$dir/said")"
[ -n "$(ls "$dir"/clientmqueue/qf* 2>/dev/null)" ] || fail "nothing waits"

# One who names the owner of every connection, with a system of type OTHER.
python3 -c '
import socket
listener = socket.create_server(("127.0.0.1", 113))
while True:
    connection, _ = listener.accept()
    ports = connection.recv(100).strip()
    connection.sendall(ports + b" : USERID : OTHER :smmsp\r\n")
    connection.close()' &
sink_pid=$!
wait_port 113
"$dir/bin/sendmail" -L sm-mta -bd -q15m >"$dir/said" 2>&1 || fail "sendmail -bd: $(cat "$dir/said")"
daemon_pid=$(head -n 1 "$dir/sendmail.pid")
stop_daemon() {
    [ -z "$daemon_pid" ] || kill "$daemon_pid" 2>/dev/null
    daemon_pid=
}
wait_port 25
grep -q ' sm-mta\[[0-9]*\]: starting daemon (.*): SMTP+queueing@00:15:00' "$dir/log" || fail "start line"
tr '\0' ' ' <"/proc/$daemon_pid/cmdline" | grep -q '^sendmail: accepting connections' || fail "title"

printf 'Subject: at once\n\ntext\n' | as_user "$dir/bin/sendmail" -i "$me@try.test" >"$dir/said" 2>&1 ||
    fail "sendmail: $(cat "$dir/said")"
wait_for "grep -q '^Subject: at once' $dir/mail/$me 2>/dev/null"
grep '^Subject' "$dir/mail/$me" | grep -q waits && fail "sent before the queue was run"
"$dir/bin/sendmail" -L sm-msp-queue -Ac -q >"$dir/said" 2>&1 || fail "sm-msp-queue: $(cat "$dir/said")"
wait_for "grep -q '^Subject: waits' $dir/mail/$me 2>/dev/null"
wait_for "[ -z \"\$(ls $dir/clientmqueue/qf* 2>/dev/null)\" ]"
grep -q ' sm-msp-queue\[[0-9]*\]: .*stat=Sent' "$dir/clientmqueue/log" || fail "sm-msp-queue: $(cat "$dir/clientmqueue/log")"

[ "$(grep -c '^Received: from mail.try.test (IDENT:smmsp@localhost \[127.0.0.1\])$' "$dir/mail/$me")" = 2 ] ||
    fail "Received: $(grep -A2 '^Received' "$dir/mail/$me")"
grep -q "^Received: (from plain@localhost)\$" "$dir/mail/$me" || fail "Received of the submission"
