#!/bin/sh
# The walk of starttls(8): a 4096-bit key, a self-signed certificate, tight permissions, and
# STARTTLS in the answer to EHLO; the pki lines of smtpd.conf(5) are confSERVER_CERT and _KEY here.
# Then a new certificate for the same key, used without a restart, and a key that is too short.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"

make_instance
ssl=$dir/ssl
mkdir -p "$ssl/private"
quietly() { "$@" >>"$dir/openssl.log" 2>&1 || fail "$*: $(tail -3 "$dir/openssl.log")"; }
quietly openssl genrsa -out "$ssl/private/mail.example.com.key" 4096
quietly openssl req -x509 -new -key "$ssl/private/mail.example.com.key" \
    -out "$ssl/mail.example.com.crt" -days 365 -subj /CN=mail.example.com
openssl x509 -in "$ssl/mail.example.com.crt" -text | grep -q 'Public-Key: (4096 bit)' ||
    fail "certificate"
chmod -R go-rwx "$ssl/private"
extra_mc="define(\`confSERVER_CERT', \`$ssl/mail.example.com.crt')dnl
define(\`confSERVER_KEY', \`$ssl/private/mail.example.com.key')dnl"
configure_instance
start_daemon
in_log 'STARTTLS=server, init=1'
talk "STARTTLS is offered" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 * ESMTP *
C: EHLO localhost
S: 250-* Hello localhost *, pleased to meet you
S: ... 250-STARTTLS
S: ... 250 HELP
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
tls
tls: TLSv1.3 subject=mail.example.com
C: EHLO localhost
S: ... 250 HELP
C: QUIT
S: 221 *
closed
TALK

# "Creating a certificate with an existing private key": the next session has it.
quietly openssl req -x509 -new -key "$ssl/private/mail.example.com.key" \
    -out "$ssl/mail.example.com.crt.new" -days 365 -subj /CN=renewed.example.com
mv "$ssl/mail.example.com.crt.new" "$ssl/mail.example.com.crt"
chmod 600 "$ssl/mail.example.com.crt"
sleep 1.1
talk "the renewed certificate" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO localhost
S: ... 250 HELP
C: STARTTLS
S: 220 *
tls
tls: subject=renewed.example.com
TALK

stop_daemon
rm -f "$dir/log"
quietly openssl genrsa -out "$ssl/private/mail.example.com.key" 1024
quietly openssl req -x509 -new -key "$ssl/private/mail.example.com.key" \
    -out "$ssl/mail.example.com.crt" -days 365 -subj /CN=mail.example.com
start_daemon
[ "$(grep -c 'RSA key of .* has 1024 bits, needed are 2048: make a new key' "$dir/log")" = 1 ] ||
    fail "one line about the short key: $(cat "$dir/log")"
talk "no STARTTLS with a short key" <<'TALK'
connect 127.0.0.1:$PORT
S: 220 *
C: EHLO localhost
S: ... 250 HELP
C: STARTTLS
S: 454 4.3.3 TLS not available after start
TALK

stop_daemon
rm -f "$dir/log"
quietly openssl genrsa -out "$ssl/private/mail.example.com.key" 2048
quietly openssl req -x509 -new -key "$ssl/private/mail.example.com.key" \
    -out "$ssl/mail.example.com.crt" -days 365 -subj /CN=mail.example.com
chmod 640 "$ssl/private/mail.example.com.key"
start_daemon
in_log "file $ssl/private/mail.example.com.key unsafe: Group readable file (chmod 0600 "
