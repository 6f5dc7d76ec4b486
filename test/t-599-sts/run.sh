#!/bin/sh
# MTA-STS: a domain's policy says which servers are its own; they must prove it. Without STARTTLS, with another
# name or an authority that nobody knows, or while the policy cannot be had, the message waits, never in clear
# text. In name spaces of its own, with a name server and a policy resolver of its own.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a network of its own"
    unshare --net --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --net --mount sh "$0"
fi
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || skip "cannot set up loopback"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs
printf 'hosts\tfiles dns\naliases\tfiles\npasswd\tfiles\n' >"$dir/service.switch"
printf 'nameserver 127.0.0.1\n' >"$dir/resolv.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf || skip "cannot replace resolv.conf"
cat >"$dir/zone" <<'END'
sandbox.test MX 10 mx.sandbox.test.
other.test MX 10 mx.sandbox.test.
wrongmx.test MX 10 mx.sandbox.test.
temp.test MX 10 mx.sandbox.test.
plain.test MX 10 mx.sandbox.test.
mx.sandbox.test A 127.0.0.2
liar.test MX 10 mx.liar.test.
mx.liar.test A 127.0.0.2
clear.test MX 10 mx.clear.test.
nopolicy.test MX 10 mx.clear.test.
mx.clear.test A 127.0.0.3
END
for n in 1 2 3 4 5 6 7 8; do
    printf 'bad%s.test MX 10 mx.bad%s.test.\nmx.bad%s.test A 127.0.0.1%s\n' $n $n $n $n
done >>"$dir/zone"
cat >"$dir/policies" <<'END'
sandbox.test secure match=mx.sandbox.test servername=hostname
other.test secure match=mx.other.test:.sandbox.test servername=hostname
wrongmx.test secure match=mx.elsewhere.test servername=hostname
liar.test secure match=mx.liar.test servername=hostname
clear.test secure match=mx.clear.test servername=hostname
temp.test TEMP
END
for n in 1 2 3 4 5 6 7 8; do
    echo "bad$n.test secure match=mx.bad$n.test servername=hostname"
done >>"$dir/policies"
python3 "$SM_SOURCE_DIR/test/util/fake_dns" 127.0.0.1 53 "$dir/zone" &
dns_pid=$!
python3 "$SM_SOURCE_DIR/test/util/fake_sts" 5461 "$dir/policies" &
sts_pid=$!
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address 127.0.0.2 --port 25 --log "$dir/tls.log" \
    --extensions PIPELINING,STARTTLS --tls "$certs/server" &
tls_pid=$!
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address 127.0.0.3 --port 25 --log "$dir/clear.log" \
    --extensions PIPELINING &
clear_pid=$!
https_pid=
bad_pids=
trap 'status=$?; kill $dns_pid $sts_pid $tls_pid $clear_pid $https_pid $bad_pids 2>/dev/null; (exit $status); cleanup' EXIT
for at in 127.0.0.2:25 127.0.0.3:25 127.0.0.1:5461; do
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q($at))'"
done
# configure AUTHORITY ACCESS
configure() {
    extra_mc="undefine(\`SMART_HOST')dnl
define(\`confTO_ICONNECT', \`5s')dnl
define(\`confTO_STARTTLS', \`3s')dnl
define(\`confTLS_FALLBACK_TO_CLEAR', \`True')dnl
define(\`ESMTP_MAILER_ARGS', \`TCP \$h 25')dnl
define(\`confCACERT', \`$certs/$1.crt')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
FEATURE(\`sts')dnl"
    configure_instance
    printf '%s\n' "$2" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail makemap
}
# send DOMAIN sent|queued [TEXT OF THE STATUS]
send() {
    : >"$dir/log"
    rm -f "$dir/mqueue"/*
    printf 'Subject: x\n\n' | timeout 60 "$sendmail" -C"$dir/sendmail.cf" -oem -odi -f a@try.test "u@$1" >"$dir/out" 2>&1
    case $2 in
        sent) grep -q 'stat=Sent' "$dir/log" || fail "$1: not sent" ;;
        queued) ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not queued" ;;
    esac
    ! grep -q 'tls_clt_features=.*error' "$dir/log" || fail "$1: features"
    [ -z "${3:-}" ] || grep -q "stat=Deferred: .*$3" "$dir/log" || fail "$1: status"
}
configure ca 'Nothing:here	OK'
send sandbox.test sent
grep -q 'STARTTLS=client, relay=.*verify=OK,' "$dir/log" || fail "verify is not OK"
send other.test sent
send plain.test sent
send nopolicy.test sent
send wrongmx.test queued 'mx.sandbox.test not found in'
send liar.test queued 'mx.liar.test not listed in SANs'
send clear.test queued
send temp.test queued 'STS lookup temp fail'
[ "$(grep -c 'C: MAIL' "$dir/clear.log")" = 1 ] || fail "in clear text although the policy wants TLS"

# SEC-17: whatever the server does, the message waits; TLSFallbacktoClear is on.
misbehaving_servers
for n in 1 2 3 4 5 6 7 8; do send bad$n.test queued; done
[ "$(grep -c 'C: STARTTLS' "$dir/bad.log")" -ge 8 ] || fail "not all were asked"
! grep -q 'C: DATA' "$dir/bad.log" || fail "in clear text, or to the wrong one, although the policy wants TLS"

# Passed over where the configuration says so.
configure ca 'Clt_Features:mx.liar.test	M'
send liar.test sent
# An authority that nobody knows.
configure stranger 'Nothing:here	OK'
send sandbox.test queued 'MTA-STS wants a verified server, verify=FAIL'
send plain.test sent

# A resolver of policies as sites have it, which fetches them by HTTPS and keeps them.
daemon=$(command -v mta-sts-daemon) || { echo "mta-sts-daemon is not installed: not tried"; exit 0; }
kill $sts_pid
wait $sts_pid 2>/dev/null
mkdir -p "$dir/www/.well-known"
printf 'version: STSv1\r\nmode: enforce\r\nmx: mx.sandbox.test\r\nmax_age: 86400\r\n' \
    >"$dir/www/.well-known/mta-sts.txt"
cat >>"$dir/zone" <<'END'
_mta-sts.sandbox.test TXT v=STSv1; id=20260101;
mta-sts.sandbox.test A 127.0.0.4
_mta-sts.liar.test TXT v=STSv1; id=20260101;
mta-sts.liar.test A 127.0.0.4
END
python3 - "$dir/www" "$certs/server" >"$dir/https.out" 2>&1 <<'PYTHON' &
import functools, http.server, ssl, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
handler.func.extensions_map[".txt"] = "text/plain"
server = http.server.ThreadingHTTPServer(("127.0.0.4", 443), handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2] + ".crt", sys.argv[2] + ".key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
PYTHON
https_pid=$!
cat >"$dir/mta-sts.yml" <<END
host: 127.0.0.1
port: 5461
cache_grace: 3600
cache:
  type: sqlite
  options:
    filename: "$dir/policies.db"
default_zone:
  strict_testing: false
  timeout: 4
END
SSL_CERT_FILE=$certs/ca.crt "$daemon" -c "$dir/mta-sts.yml" >"$dir/mta-sts.out" 2>&1 &
sts_pid=$!
for at in 127.0.0.4:443 127.0.0.1:5461; do
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q($at))'" 30
done
configure ca 'Nothing:here	OK'
send sandbox.test sent
grep -q 'GET /.well-known/mta-sts.txt' "$dir/https.out" || fail "the policy was not fetched: $(cat "$dir/mta-sts.out")"
# A host for the policy whose certificate is of another name: as without a policy.
send liar.test sent
# Kept, although its host is gone; and still enforced.
kill $https_pid
wait $https_pid 2>/dev/null
configure stranger 'Nothing:here	OK'
send sandbox.test queued 'MTA-STS wants a verified server'
send plain.test sent
