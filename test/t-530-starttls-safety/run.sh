#!/bin/sh
# What STARTTLS must never allow: commands that came in clear text (SEC-05), names in certificates
# that are read as others (SEC-15), a session resumed where more is asked (SEC-16), old versions,
# HTTP and other protocols behind the handshake.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"

make_instance
make_certs
make_sasl try.test alice:canary-word
# Names beside those of make_certs.sh: odd_cert FILE NAMES [EXTENSION]
odd_cert() {
    q() { openssl "$@" >"$dir/openssl.log" 2>&1 || fail "openssl $*: $(tail -3 "$dir/openssl.log")"; }
    q ecparam -name prime256v1 -genkey -noout -out "$certs/$1.key"
    printf '[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\nstring_mask=utf8only\n[dn]\n%b\n' "$2" >"$dir/odd.cnf"
    q req -config "$dir/odd.cnf" -new -key "$certs/$1.key" -out "$dir/odd.csr" ${4:-}
    printf '%s\n' "${3:-}" >"$dir/odd.ext"
    serial=$((${serial:-100} + 1))
    q x509 -req -in "$dir/odd.csr" -CA "$certs/ca.crt" -CAkey "$certs/ca.key" -set_serial $serial -days 30 \
        -extfile "$dir/odd.ext" -out "$certs/$1.crt"
}
odd_cert newline 'CN=good.example\\nevil.example'
odd_cert utf8 'O=B\303\274ro\nCN=J\303\274rgen'
odd_cert slash 'O=O/CN=good.example'
odd_cert empty '' '' '-subj /'
odd_cert bigsan 'CN=big.test' "subjectAltName=$(seq -s, -f 'DNS:host%04.0f.some-long-domain-name.example' 1500)"
other=$(free_port)
smtps=$(free_port)
extra_mc="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`PLAIN')dnl
define(\`confAUTH_REALM', \`try.test')dnl
TRUST_AUTH_MECH(\`PLAIN')dnl
DAEMON_OPTIONS(\`Name=Other, Family=inet, Addr=127.0.0.1, Port=$other')dnl
DAEMON_OPTIONS(\`Name=TLSMTA, Family=inet, Addr=127.0.0.1, Port=$smtps, M=s')dnl
FEATURE(\`tls_session_features')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$sasl_mc"
configure_instance
with_access "CERTISSUER:/C=XX/O=Sandbox+20CA/CN=Sandbox+20Test+20CA	SUBJECT
CERTSUBJECT:/O=O/CN=good.example	RELAY
CERTSUBJECT:/C=XX/O=Sandbox/CN=client.sandbox.test	RELAY
CERTSUBJECT:/O=B+5CxC3+5CxBCro/CN=J+5CxC3+5CxBCrgen	RELAY
CERTSUBJECT:/CN=good.example	RELAY
Srv_Features:127.0.0.10	V
Srv_Features:127.0.0.11	S
TLS_Srv_features:127.0.0.12	Options=SSL_OP_NO_TLSv1_3; CipherList=ECDHE-ECDSA-AES128-GCM-SHA256
TLS_Srv_features:127.0.0.13	CipherList=NOSUCH
TLS_Clt:127.0.0.14	VERIFY
TLS_Srv_features:127.0.0.15	CertFile=$certs/second.crt; KeyFile=$certs/second.key
TLS_Srv_features:127.0.0.16	CertFile=$dir/elsewhere/second.crt; KeyFile=$dir/elsewhere/second.key"

# SEC-05: in one segment, in pieces, and with AUTH before it.
for injected in 'NOOP\r\nMAIL FROM:<evil@x.test>\r\n' 'RSET\r\n' 'EHLO evil.test\r\n' 'x'; do
    talk "injected $injected" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO client.test
S: ... 250 HELP
W: STARTTLS\r\n$injected
S: 220 2.0.0 Ready to start TLS
tls
quiet 0.2
C: RCPT TO:<daemon@try.test>
S: 503 5.0.0 Need MAIL before RCPT
C: EHLO client.test
S: ... 250 HELP
TALK
done
# In pieces: the rest of the command arrives where a handshake is expected.
talk "injected in pieces" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO client.test
S: ... 250 HELP
W: STARTTLS\r\nMAIL FROM:<evil@x
S: 220 2.0.0 Ready to start TLS
W: .test>\r\nRCPT TO:<daemon@try.test>\r\n
closed
TALK
! grep -q 'evil@x' "$dir/log" || fail "a command in clear text was executed"
# With AUTH: nobody has proved anything behind the handshake, neither by what came before the command
# nor by what came behind it.
alice=$(printf '\0alice\0canary-word' | base64)
for place in before behind; do
    line="STARTTLS\\r\\nAUTH PLAIN $alice\\r\\n" first=
    [ $place = behind ] || line="AUTH PLAIN $alice\\r\\nSTARTTLS\\r\\n" first='S: 235 *'
    talk "AUTH $place it" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO client.test
S: ... 250 HELP
W: $line
$first
S: 220 2.0.0 Ready to start TLS
tls
quiet 0.2
C: EHLO client.test
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 250 *
C: RCPT TO:<u@far.test>
S: 550 5.7.1 *Relaying denied*
TALK
done
[ "$(grep -c 'AUTH=server, .*authid=alice' "$dir/log")" = 1 ] || fail "AUTH before TLS was to be heard, behind it not"
! grep -q "canary-word\|$alice" "$dir/log" || fail "a password is in the log"
talk "state before TLS is gone" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 250 *
C: STARTTLS
S: 503 5.5.0 TLS not permitted during a mail transaction
C: RSET
S: 250 *
C: STARTTLS now
S: 501 5.5.2 Syntax error (no parameters allowed)
C: STARTTLS
S: 220 *
tls
C: STARTTLS
S: 454 4.3.3 TLS not available after start
C: RCPT TO:<daemon@try.test>
S: 503 5.0.0 Need MAIL before RCPT
TALK
talk "text instead of a handshake" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: STARTTLS
S: 220 *
W: this is not TLS at all\r\n\r\n
closed
TALK
in_log 'STARTTLS=server, error: accept failed=-1, reason=wrong version number'
talk "HTTP behind the handshake" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: STARTTLS
S: 220 *
tls
C: GET / HTTP/1.0
S: 421 4.7.0 * Rejecting open proxy *
closed
TALK
talk "another protocol by ALPN" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: STARTTLS
S: 220 *
tls alpn=http/1.1 fails
connect 127.0.0.1:$PORT
S: 220 *
C: STARTTLS
S: 220 *
tls alpn=smtp
C: NOOP
S: 250 *
TALK

# Versions.
for version in 1.0 1.1; do
    python3 "$SM_SOURCE_DIR/test/util/smtptalk.py" >/dev/null 2>&1 <<TALK && fail "TLS $version"
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls max=$version
C: NOOP
S: 250 *
TALK
done
talk "TLS 1.2" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: STARTTLS
S: 220 *
tls max=1.2 client
tls: TLSv1.2
C: NOOP
S: 250 *
TALK
talk "session features" <<'TALK'
connect 127.0.0.1:$PORT from 127.0.0.12
S: 220 *
C: STARTTLS
S: 220 *
tls
tls: TLSv1.2
connect 127.0.0.1:$PORT from 127.0.0.13
S: 220 *
C: EHLO client.test
S: ... 250-STARTTLS
S: ... 250 HELP
C: STARTTLS
S: 454 4.3.3 *
connect 127.0.0.1:$PORT from 127.0.0.11
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: STARTTLS
S: 503 5.5.0 TLS not available
TALK

# A certificate that a ruleset names: its key is root's, as the others; opened beside those only.
mkdir "$dir/elsewhere"
cp "$certs/second.crt" "$certs/second.key" "$dir/elsewhere"
shown() { # shown FROM: the certificate of the server
    openssl s_client -starttls smtp -connect "127.0.0.1:$port" -bind "$1:0" </dev/null 2>/dev/null |
        sed -n 's/^subject=//p'
}
[ "$(shown 127.0.0.15)" = 'C = XX, O = Sandbox, CN = second.sandbox.test' ] || fail "not the second certificate"
if [ "$(id -u)" = 0 ]; then
    [ -z "$(shown 127.0.0.16)" ] || fail "a session opens any file of root's"
    in_log 'STARTTLS=server, error: .*elsewhere/second.key: Permission denied'
fi

# SEC-15: names with a NUL, with characters that maps or rules could take for others.
relay_with() { # relay_with CERT REPLY
    talk "relaying with the certificate $1" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
$(starttls "$1")
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 250 *
C: RCPT TO:<u@far.test>
S: $2
TALK
}
relay_with client "250 2.1.5 *"
relay_with utf8 "250 2.1.5 *"
for cert in nul odd nocn long second expired stranger newline slash empty bigsan; do
    relay_with $cert "550 5.7.1 *Relaying denied*"
done
in_log 'field=cn_subject, status=CN contains NUL'
in_log 'cert-subject=/O=O/CN=good.example+5Cx00evil.example'
in_log 'cert-subject=/O=Foo+20Enterprises+20+22+3C+28x+29+3E/CN='
in_log 'reason=certificate has expired'
# As the reference writes them.
in_log 'cert-subject=/CN=good.example+5Cx0Aevil.example, cert-issuer='
in_log 'cert-subject=/O=O+5C/CN=good.example, cert-issuer='
in_log 'cert-subject=/O=B+5CxC3+5CxBCro/CN=J+5CxC3+5CxBCrgen, cert-issuer='
in_log 'cert-subject=, cert-issuer=/C=XX/O=Sandbox+20CA/CN=Sandbox+20Test+20CA, verifymsg=ok'

# SEC-16: what a ticket is good for.
talk "tickets" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls
C: NOOP
S: 250 *
tls: resumed=no
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls resume
C: NOOP
S: 250 *
tls: resumed=yes
TALK
talk "a ticket of another port" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls
C: NOOP
S: 250 *
tls: resumed=no
connect 127.0.0.1:$other
S: 220 *
C: STARTTLS
S: 220 *
tls resume
C: NOOP
S: 250 *
tls: resumed=no
TALK
talk "a ticket got where no certificate was asked for" <<TALK
connect 127.0.0.1:$port from 127.0.0.10
S: 220 *
C: STARTTLS
S: 220 *
tls
C: NOOP
S: 250 *
tls: resumed=no
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: STARTTLS
S: 220 *
tls resume
C: NOOP
S: 250 *
tls: resumed=no
TALK
talk "a session with a certificate is checked anew" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls client
C: NOOP
S: 250 *
tls: resumed=no
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls resume
C: NOOP
S: 250 *
tls: resumed=no
TALK

# tls_client: who must verify is refused until he does.
talk "TLS_Clt VERIFY" <<TALK
connect 127.0.0.1:$port from 127.0.0.14
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 4* 4.7.0 *
connect 127.0.0.1:$port from 127.0.0.14
S: 220 *
$(starttls stranger)
S: 250-*
S: 250 ENHANCEDSTATUSCODES
C: MAIL FROM:<a@x.test>
S: 454 4.7.0 *
connect 127.0.0.1:$port from 127.0.0.14
S: 220 *
$(starttls client)
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 250 *
TALK

# smtps: TLS from the first octet.
talk "smtps" <<TALK
smtps 127.0.0.1:$smtps client
tls: TLSv1.3 subject=mx.sandbox.test
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: STARTTLS
S: 454 4.3.3 TLS not available after start
C: MAIL FROM:<a@x.test>
S: 250 *
connect 127.0.0.1:$smtps
W: EHLO client.test\r\n
closed
TALK
# A client of another make.
printf 'QUIT\r\n' | openssl s_client -connect "127.0.0.1:$port" -starttls smtp -crlf -quiet \
    -CAfile "$certs/ca.crt" -verify_return_error -verify_hostname mx.sandbox.test \
    >"$dir/s_client.out" 2>&1 || true
grep -q '^221 2.0.0' "$dir/s_client.out" || fail "s_client: $(cat "$dir/s_client.out")"

# Suites and groups of TLS 1.3, and the lowest version.
extra_mc="$(tls_mc)
define(\`confCIPHER_SUITES', \`TLS_CHACHA20_POLY1305_SHA256')dnl
define(\`confTLS_GROUPS', \`P-384:P-521')dnl
define(\`confSERVER_SSL_OPTIONS', \`SSL_OP_NO_TLSv1_2')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl"
configure_instance
with_access 'Nothing:here	OK'
session() { openssl s_client -starttls smtp -connect "127.0.0.1:$port" "$@" </dev/null 2>&1; }
session >"$dir/out"
grep -q 'Server Temp Key: ECDH, secp384r1, 384 bits\|Server Temp Key: ECDH, P-384, 384 bits' "$dir/out" || fail "group: $(grep Temp "$dir/out")"
grep -q 'Cipher is TLS_CHACHA20_POLY1305_SHA256' "$dir/out" || fail "suite: $(grep Cipher "$dir/out")"
session -groups X25519 >"$dir/out"
grep -q 'Cipher is (NONE)' "$dir/out" || fail "a group that is not in the list"
session -tls1_2 >"$dir/out"
grep -q 'Cipher is (NONE)' "$dir/out" || fail "TLS 1.2 although it is turned off"
