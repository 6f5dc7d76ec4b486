#!/bin/sh
# Routing by the DNS: preferences, fallbacks, null MX, ourselves in the list, servers that do not
# answer. Runs in name spaces of its own, with a name server of its own.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a network of its own"
    unshare --net --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --net --mount sh "$0"
fi
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || skip "cannot set up loopback"

extra_mc="undefine(\`SMART_HOST')dnl
define(\`confTO_ICONNECT', \`5s')dnl
define(\`confTO_RESOLVER_RETRANS', \`1s')dnl
define(\`confTO_RESOLVER_RETRY', \`1')dnl
define(\`ESMTP_MAILER_ARGS', \`TCP \$h 25')dnl"
make_instance
printf 'hosts\tfiles dns\naliases\tfiles\npasswd\tfiles\n' >"$dir/service.switch"
printf 'nameserver 127.0.0.1\n' >"$dir/resolv.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf || skip "cannot replace resolv.conf"
cat >"$dir/zone" <<'END'
a.test MX 20 second.test.
a.test MX 10 dead.test.
dead.test A 127.0.0.9
second.test A 127.0.0.2
plain.test A 127.0.0.2
nomail.test MX 0 .
self.test MX 10 mx.try.test.
self.test MX 20 second.test.
better.test MX 5 second.test.
better.test MX 10 mx.try.test.
broken.test SERVFAIL
quiet.test SILENT
hollow.test MX 10 nowhere.test.
evil.test MX 10 bad\010name.test.
evil.test MX 20 second.test.
END
python3 "$SM_SOURCE_DIR/test/util/fake_dns" 127.0.0.1 53 "$dir/zone" &
dns_pid=$!
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address 127.0.0.2 --port 25 \
    --log "$dir/dialogue" --port-file "$dir/sinkport" &
sink_pid=$!
trap 'code=$?; kill $dns_pid 2>/dev/null; (exit $code); cleanup' EXIT
wait_for "test -f $dir/sinkport"
sm -bi >/dev/null 2>&1

# try DOMAIN PATTERN
try() {
    : >"$dir/log"
    rm -f "$dir"/mqueue/*
    printf 'Subject: x\n\nbody\n' | sm -oem -odi -f "$me@try.test" "to@$1" >"$dir/out" 2>&1
    grep "to=to@$1" "$dir/log" | head -n 1 >"$dir/seen"
    grep -q "$2" "$dir/seen" || fail "$1: wanted \"$2\", saw \"$(cat "$dir/seen")\""
}
try a.test 'relay=second.test. \[127.0.0.2\], dsn=2.0.0, stat=Sent\|relay=second.test \[127.0.0.2\], dsn=2.0.0, stat=Sent'
try plain.test 'relay=plain.test.* \[127.0.0.2\], dsn=2.0.0, stat=Sent'
try better.test 'relay=second.test.* \[127.0.0.2\], dsn=2.0.0, stat=Sent'
try evil.test 'relay=second.test.* \[127.0.0.2\], dsn=2.0.0, stat=Sent'
try nomail.test 'dsn=5.1.10, stat='
try self.test 'dsn=5.3.5, stat=Local configuration error'
try nosuch.test 'dsn=5.1.2, stat=Host unknown (Name server: nosuch.test.*: host not found)'
try hollow.test 'dsn=5.1.2, stat=Host unknown (Name server: nowhere.test.*: host not found)'
try broken.test 'dsn=4.4.3, stat=Deferred: Name server: broken.test.*: host name lookup failure'
[ -n "$(ls "$dir"/mqueue | grep '^qf')" ] || fail "a name server that fails must not bounce mail"
try quiet.test 'dsn=4.4.3, stat=Deferred: Name server: quiet.test.*: host name lookup failure'
