#!/bin/sh
# The walk of the page "STARTTLS in sendmail": an own CA, a server certificate, the .mc lines, and
# relaying for clients with a certificate of that CA: CERTISSUER, then CERTSUBJECT.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v openssl >/dev/null || skip "openssl is not installed"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
certs=$dir/certs
mkdir "$certs"
q() { openssl "$@" >>"$dir/openssl.log" 2>&1 || fail "openssl $*: $(tail -3 "$dir/openssl.log")"; }
ca_dn="/C=US/ST=Washington/L=Seattle/O=Foo Enterprises/OU=Security Division/CN=Jason Heiss"
q req -x509 -newkey rsa:2048 -nodes -keyout "$dir/cakey.pem" -out "$certs/cacert.pem" \
    -days 365 -subj "$ca_dn"
sign() { # sign NAME CN
    q req -newkey rsa:2048 -nodes -keyout "$certs/$1.key" -out "$dir/$1.csr" \
        -subj "/C=US/O=Foo Enterprises/CN=$2"
    q x509 -req -in "$dir/$1.csr" -CA "$certs/cacert.pem" -CAkey "$dir/cakey.pem" \
        -CAcreateserial -days 365 -out "$certs/$1.crt"
}
sign server mx.try.test
sign joe "Joe User (laptop)"
sign ann "Ann User"
q req -x509 -newkey rsa:2048 -nodes -keyout "$certs/other.key" -out "$certs/other.crt" -days 365 \
    -subj "$ca_dn"
mv "$certs/server.crt" "$certs/cert.pem"
mv "$certs/server.key" "$certs/key.pem"
chmod 400 "$certs/key.pem"

# The page finds the DN so, and writes it into the access map in the form sendmail wants.
openssl x509 -in "$certs/cacert.pem" -noout -text | grep -q 'Subject: .*CN *= *Jason Heiss' ||
    fail "subject of the CA"
issuer='/C=US/ST=Washington/L=Seattle/O=Foo+20Enterprises/OU=Security+20Division/CN=Jason+20Heiss'

extra_mc="define(\`MAIL_SETTINGS_DIR', \`$dir/')dnl
define(\`CERT_DIR', \`MAIL_SETTINGS_DIR\`'certs')dnl
define(\`confCACERT_PATH', \`CERT_DIR')dnl
define(\`confCACERT', \`CERT_DIR/cacert.pem')dnl
define(\`confSERVER_CERT', \`CERT_DIR/cert.pem')dnl
define(\`confSERVER_KEY', \`CERT_DIR/key.pem')dnl
define(\`confCLIENT_CERT', \`CERT_DIR/cert.pem')dnl
define(\`confCLIENT_KEY', \`CERT_DIR/key.pem')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl"
configure_instance

CERTDIR=$certs PORT=$port
export CERTDIR PORT
with_access() {
    stop_daemon
    printf '%s\n' "$1" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" ||
        fail "makemap"
    start_daemon
}
talk() {
    python3 "$SM_SOURCE_DIR/test/util/smtptalk.py" >"$dir/talk.out" ||
        fail "$1: $(cat "$dir/talk.out")"
}
relay() { # relay WHAT CERT REPLY: a foreign client with that certificate wants to relay
    talk "$1" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO laptop.example
S: ... 250-STARTTLS
S: ... 250 HELP
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
tls $2
C: EHLO laptop.example
S: ... 250 HELP
C: MAIL FROM:<joe@try.test>
S: 250 2.1.0 *
C: RCPT TO:<someone@far.test>
S: $3
C: QUIT
S: 221 *
TALK
}

with_access "CERTISSUER:$issuer	RELAY"
grep -q 'STARTTLS=server, init=1' "$dir/log" || fail "no TLS"
relay "certificate of our CA" joe "250 2.1.5 *"
relay "no certificate" "" "550 5.7.1 *Relaying denied*"
relay "the same names under another key" other "550 5.7.1 *Relaying denied*"
grep -q 'STARTTLS=server, relay=\[127.0.0.20\], version=TLSv1.3, verify=OK, cipher=' "$dir/log" ||
    fail "log line of the handshake"

with_access "CERTISSUER:$issuer	SUBJECT
CERTSUBJECT:/C=US/O=Foo+20Enterprises/CN=Joe+20User+20+28laptop+29	RELAY"
relay "listed subject" joe "250 2.1.5 *"
relay "subject that is not listed" ann "550 5.7.1 *Relaying denied*"

# The message of a client with a certificate says so in its Received line.
talk "message" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO laptop.example
S: ... 250 HELP
C: STARTTLS
S: 220 *
tls joe
C: EHLO laptop.example
S: ... 250 HELP
C: MAIL FROM:<joe@try.test>
S: 250 *
C: RCPT TO:<$me@try.test>
S: 250 *
C: DATA
S: 354 *
C: Subject: received
C:
C: text
C: .
S: 250 2.0.0 *
C: QUIT
S: 221 *
TALK
wait_for "test -s $dir/mail/$me"
tr -d '\n' <"$dir/mail/$me" | grep -q 'with ESMTPS id [^ ]*[[:space:]]*(version=TLSv1.3 cipher=[A-Z0-9_]* bits=256 verify=OK)' ||
    fail "Received: $(cat "$dir/mail/$me")"
