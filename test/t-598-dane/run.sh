#!/bin/sh
# DANE: TLSA records 3-1-1 and 2-0-1 behind authentic answers decide about the certificate; without
# STARTTLS, with another certificate or without an answer the message waits, never in clear text; what
# is not authentic changes nothing. In name spaces of its own, with a name server of its own.
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
digest() { # digest CERT spki|cert
    if [ "$2" = spki ]; then
        openssl x509 -in "$certs/$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER
    else
        openssl x509 -in "$certs/$1.crt" -outform DER
    fi | openssl dgst -sha256 -r | cut -d' ' -f1
}
# Usage 2 needs the authority in what the server sends.
cat "$certs/server.crt" "$certs/ca.crt" >"$certs/chain.crt"
cp "$certs/server.key" "$certs/chain.key"
printf 'hosts\tfiles dns\naliases\tfiles\npasswd\tfiles\n' >"$dir/service.switch"
printf 'nameserver 127.0.0.1\n' >"$dir/resolv.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf || skip "cannot replace resolv.conf"
{
    domain() { # domain NAME ADDRESS TLSA...: signed, its server is mx.NAME
        printf '%s SECURE\n%s MX 10 mx.%s.\nmx.%s SECURE\nmx.%s A %s\n' "$1" "$1" "$1" "$1" "$1" "$2"
        [ -z "${3:-}" ] || printf '_25._tcp.mx.%s SECURE\n_25._tcp.mx.%s %s\n' "$1" "$1" "$3"
    }
    domain good.test 127.0.0.2 "TLSA 3 1 1 $(digest server spki)"
    # By the authority; the names in the certificate count then.
    domain sandbox.test 127.0.0.2 "TLSA 2 0 1 $(digest ca cert)"
    domain othername.test 127.0.0.2 "TLSA 2 0 1 $(digest ca cert)"
    domain wrong.test 127.0.0.2 "TLSA 3 1 1 $(digest second spki)"
    domain notls.test 127.0.0.3 "TLSA 3 1 1 $(digest server spki)"
    domain unusable.test 127.0.0.2 "TLSA 1 1 1 $(digest second spki)"
    domain unusable-notls.test 127.0.0.3 "TLSA 1 1 1 $(digest second spki)"
    domain fails.test 127.0.0.2 SERVFAIL
    domain none.test 127.0.0.3
    # SEC-17: servers that misbehave, see below.
    for n in 1 2 3 4 5 6 7 8; do
        domain bad$n.test 127.0.0.1$n "TLSA 3 1 1 $(digest server spki)"
    done
    # Two domains of one server whose certificate names one of them only.
    printf '%s.shared.test SECURE\n%s.shared.test A 127.0.0.2\n' mx mx
    printf '_25._tcp.mx.shared.test SECURE\n_25._tcp.mx.shared.test TLSA 2 0 1 %s\n' "$(digest ca cert)"
    for name in a.sandbox.test b.other.test; do
        printf '%s SECURE\n%s MX 10 mx.shared.test.\n' $name $name
    done
    # Not signed: as if there were nothing.
    domain unsigned.test 127.0.0.2 "TLSA 3 1 1 $(digest second spki)" | grep -v SECURE
    # The list of servers could be forged: what is said of the server does not help.
    domain half.test 127.0.0.2 "TLSA 3 1 1 $(digest second spki)" | grep -v '^half.test SECURE'
} >"$dir/zone"
python3 "$SM_SOURCE_DIR/test/util/fake_dns" 127.0.0.1 53 "$dir/zone" &
dns_pid=$!
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address 127.0.0.2 --port 25 --log "$dir/tls.log" \
    --extensions PIPELINING,STARTTLS --tls "$certs/chain" &
tls_pid=$!
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address 127.0.0.3 --port 25 --log "$dir/clear.log" \
    --extensions PIPELINING &
clear_pid=$!
bad_pids=
trap 'status=$?; kill $dns_pid $tls_pid $clear_pid $bad_pids; (exit $status); cleanup' EXIT
for at in 127.0.0.2 127.0.0.3; do
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q($at),PeerPort=>25)'"
done
configure() {
    extra_mc="undefine(\`SMART_HOST')dnl
define(\`confTO_ICONNECT', \`5s')dnl
define(\`confTO_STARTTLS', \`3s')dnl
define(\`confTO_RESOLVER_RETRANS', \`1s')dnl
define(\`confTO_RESOLVER_RETRY', \`1')dnl
define(\`ESMTP_MAILER_ARGS', \`TCP \$h 25')dnl
define(\`confCACERT', \`$certs/stranger.crt')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$1"
    configure_instance
    printf '%s\n' "${2:-Nothing:here	OK}" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail makemap
}
# send DOMAIN VERIFY|- sent|queued [TEXT OF THE STATUS]
send() {
    : >"$dir/log"
    rm -f "$dir/mqueue"/*
    printf 'Subject: x\n\n' | timeout 60 "$sendmail" -C"$dir/sendmail.cf" -oem -odi -f a@try.test "u@$1" >"$dir/out" 2>&1
    case $3 in
        sent) grep -q 'stat=Sent' "$dir/log" || fail "$1: not sent" ;;
        queued) ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not queued" ;;
    esac
    if [ "$2" = - ]; then
        ! grep -q STARTTLS=client,.*verify= "$dir/log" || fail "$1: TLS"
    else
        grep -q "STARTTLS=client, relay=.*verify=$2," "$dir/log" || fail "$1: verify is not $2"
    fi
    [ -z "${4:-}" ] || grep -q "stat=Deferred: .*$4" "$dir/log" || fail "$1: status"
}
configure "define(\`confDANE', \`true')dnl
define(\`confTLS_FALLBACK_TO_CLEAR', \`True')dnl"
send good.test TRUSTED sent
send sandbox.test TRUSTED sent
send othername.test DANE_FAIL queued 'DANE check failed'
send wrong.test DANE_FAIL queued 'DANE check failed'
send notls.test - queued 'DANE wants TLS'
grep -q 'ruleset=tls_server, arg1=DANE_NOTLS' "$dir/log" || fail "tls_server is not told"
send unusable.test FAIL sent
send unusable-notls.test - queued 'DANE wants TLS'
send fails.test - queued 'TLSA lookup failed'
send none.test - sent
send unsigned.test FAIL sent
send half.test FAIL sent
grep -q 'C: MAIL' "$dir/clear.log" || fail "none.test"
[ "$(grep -c 'C: MAIL' "$dir/clear.log")" = 1 ] || fail "in clear text although DANE wants TLS"

# Who was good for one domain's name is not taken for another's: kept connections stay unused there.
: >"$dir/log"
rm -f "$dir/mqueue"/*
for n in 1 2 3 4 5 6; do
    for name in a.sandbox.test b.other.test; do
        printf 'Subject: x\n\n' | sm -odq -f a@try.test u$n@$name || fail "queue"
    done
done
sm -q >"$dir/out" 2>&1
wait_for "[ \"\$(grep -c 'to=u.@.*stat=\\(Sent\\|Deferred\\)' '$dir/log')\" -ge 12 ]" 60
[ "$(grep -c 'to=u.@a.sandbox.test, .*stat=Sent' "$dir/log")" = 6 ] || fail "a.sandbox.test"
! grep -q 'to=u.@b.other.test, .*stat=Sent' "$dir/log" || fail "b.other.test: the connection of another domain"

# SEC-17: whatever the server does, the message waits; TLSFallbacktoClear is on.
misbehaving_servers
for n in 1 2 3 4 5 6 7; do send bad$n.test - queued; done
send bad8.test DANE_FAIL queued 'DANE check failed'
[ "$(grep -c 'C: STARTTLS' "$dir/bad.log")" -ge 8 ] || fail "not all were asked"
! grep -q 'C: MAIL' "$dir/bad.log" || fail "in clear text, or to the wrong one, although DANE wants TLS"

# Passed over where the configuration says so.
configure "define(\`confDANE', \`true')dnl
FEATURE(\`tls_session_features')dnl" "Clt_Features:mx.wrong.test	D
TLS_Clt_features:mx.othername.test	Flags=d
Clt_Features:mx.notls.test	D"
send wrong.test FAIL sent
send othername.test FAIL sent
send notls.test - sent
# Not asked for.
configure ''
send wrong.test FAIL sent
