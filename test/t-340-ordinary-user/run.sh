#!/bin/sh
# sendmail, mailq and newaliases for ordinary users: the set-group-ID program, submit.cf, a client queue
# that only its group may write. In a file system name space with an /etc of its own.
. "$SM_SOURCE_DIR/test/util/lib.sh"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a set-group-ID program and an /etc of its own"
    unshare --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --mount sh "$0"
fi
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
define(\`confDOMAIN_NAME', \`mx.try.test')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')dnl
define(\`confSERVICE_SWITCH_FILE', \`$dir/service.switch')dnl
define(\`confHOSTS_FILE', \`$dir/hosts')dnl
define(\`MSP_QUEUE_DIR', \`$dir/clientmqueue')dnl
define(\`confTO_ICONNECT', \`5s')dnl
FEATURE(\`msp', \`[127.0.0.1]')dnl
END
expand_mc "$dir/submit.mc" "$dir/etc/mail/submit.cf"
# The daemon of this test is not on port 25.
sed -i "s/A=TCP \$h/& $port/; /^O LogFile/d" "$dir/etc/mail/submit.cf"
printf 'O LogFile=%s\n' "$dir/clientmqueue/log" >>"$dir/etc/mail/submit.cf"
cp "$dir/sendmail.cf" "$dir/etc/mail/sendmail.cf"
cp "$sendmail" "$dir/bin/sendmail"
for link in mailq newaliases; do ln -s sendmail "$dir/bin/$link"; done
chgrp smmsp "$dir/bin/sendmail" "$dir/clientmqueue"
chown smmsp "$dir/clientmqueue"
chmod 2555 "$dir/bin/sendmail"
chmod 770 "$dir/clientmqueue"
as_user() { setpriv --reuid plain --regid plain --clear-groups env -u LD_PRELOAD HOME=/nonexistent "$@"; }

# No daemon: the message waits in the client queue, in files of the group.
printf 'To: %s@try.test\nSubject: waits\n\ntext\n' "$me" | as_user "$dir/bin/sendmail" -t -i >"$dir/said" 2>&1 ||
    fail "sendmail -t: exit $?: $(cat "$dir/said")"
set -- "$dir"/clientmqueue/qf*
[ $# = 1 ] && [ -f "$1" ] || fail "no job: $(ls "$dir/clientmqueue") $(cat "$dir/said")"
[ "$(stat -c %U:%G:%a "$1")" = plain:smmsp:660 ] || fail "the job is $(stat -c %U:%G:%a "$1")"
as_user cat "$1" >"$dir/said" 2>&1 && fail "anybody may read queued mail"
as_user ls "$dir/clientmqueue" >"$dir/said" 2>&1 && fail "anybody may look into the client queue"
as_user "$dir/bin/mailq" -Ac >"$dir/said" 2>&1
grep -q "$me@try.test" "$dir/said" || fail "mailq -Ac: $(cat "$dir/said")"
as_user "$dir/bin/sendmail" -Ac -q >"$dir/said" 2>&1 && fail "anybody may run the queue"

start_daemon
# The runner of the client queue, as smmsp.
timeout 30 "$dir/bin/sendmail" -Ac -qf >"$dir/said" 2>&1
[ -z "$(ls "$dir"/clientmqueue/qf* 2>/dev/null)" ] || fail "not sent: $(cat "$dir/clientmqueue/log")"
wait_for "grep -q '^Subject: waits' $dir/mail/$me 2>/dev/null"

# With the daemon: at once.
printf 'Subject: at once\n\ntext\n' | as_user "$dir/bin/sendmail" -i "$me@try.test" >"$dir/said" 2>&1 ||
    fail "sendmail: exit $?: $(cat "$dir/said")"
wait_for "grep -q '^Subject: at once' $dir/mail/$me 2>/dev/null"
grep -q '^From plain@mx.try.test ' "$dir/mail/$me" || fail "sender: $(grep '^From ' "$dir/mail/$me")"

# What needs rights is refused in one line.
as_user "$dir/bin/sendmail" -bd >"$dir/said" 2>&1 && fail "anybody may start a daemon"
as_user "$dir/bin/newaliases" >"$dir/said" 2>&1 && fail "newaliases of anybody changed root's aliases"
[ -s "$dir/said" ] || fail "newaliases says nothing"
# -C gives the group up: nothing can be written to the queue with a configuration of one's own.
cp "$dir/etc/mail/submit.cf" "$dir/mine.cf"
printf 'Subject: x\n\ntext\n' | as_user "$dir/bin/sendmail" -C"$dir/mine.cf" -odq -i "$me@try.test" >"$dir/said" 2>&1
[ -z "$(ls "$dir"/clientmqueue/qf* 2>/dev/null)" ] || fail "-C kept the group"
