#!/bin/sh
# Options of TLS, seen from outside: two certificates of two kinds, DH parameters, lists of revoked
# certificates in a hashed directory, the digest of {cert_fp}.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs
mkdir "$certs/crls"
cp "$certs/crl.pem" "$certs/crls/list"
ln -s list "$certs/crls/$(openssl crl -in "$certs/crl.pem" -noout -hash).r0"
openssl dhparam -dsaparam -out "$certs/dh.pem" 2048 2>/dev/null || fail "dhparam"

with_options() { # with_options MC-LINES
    extra_mc="define(\`confCACERT_PATH', \`$certs')dnl
define(\`confCACERT', \`$certs/ca.crt')dnl
define(\`confSERVER_CERT', \`$certs/server.crt,$certs/rsaserver.crt')dnl
define(\`confSERVER_KEY', \`$certs/server.key,$certs/rsaserver.key')dnl
$1
LOCAL_RULESETS
SLocal_check_mail
R\$*	\$#error \$@ 5.7.1 \$: 550 \$&{verify}/\$&{cert_fp}/"
    stop_daemon
    rm -f "$dir/log"
    configure_instance
    start_daemon
}
session() { openssl s_client -starttls smtp -connect "127.0.0.1:$port" "$@" </dev/null >"$dir/out" 2>&1; }
has() { grep -q "$1" "$dir/out" || fail "$2: $(grep -i 'cipher is\|temp key\|digest\|signature' "$dir/out")"; }
says() { # says CERT TEXT: what a client with this certificate is told
    talk "$1" <<TALK
connect 127.0.0.1:$port
S: 220 *
$(starttls "$1")
S: ... 250 HELP
C: MAIL FROM:<a@far.test>
S: 550 5.7.1 <a@far.test>... $2
TALK
}
digest() { openssl x509 -in "$certs/client.crt" -noout -fingerprint "$1" | sed 's/.*=//'; }

with_options "define(\`confCRL_PATH', \`$certs/crls')dnl
define(\`confCERT_FINGERPRINT_ALGORITHM', \`sha256')dnl
define(\`confDH_PARAMETERS', \`$certs/dh.pem')dnl"
session -tls1_3 -sigalgs ECDSA+SHA256
has 'Peer signature type: ECDSA' "a client that knows EC only"
session -tls1_3 -sigalgs RSA-PSS+SHA256
has 'Peer signature type: RSA-PSS' "a client that knows RSA only"
session -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256
has 'Cipher is ECDHE-ECDSA-AES128-GCM-SHA256' "EC"
session -tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256
has 'Cipher is DHE-RSA-AES128-GCM-SHA256' "DH with parameters of a file"
has 'Server Temp Key: DH, 2048 bits' "DH with parameters of a file"
says client "OK/$(digest -sha256)/"
says revoked "FAIL/*"

with_options "define(\`confCERT_FINGERPRINT_ALGORITHM', \`sha1')dnl
define(\`confDH_PARAMETERS', \`none')dnl"
session -tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256
has 'Cipher is (NONE)' "no DH parameters"
says client "OK/$(digest -sha1)/"
says revoked "OK/*"

with_options "define(\`confDH_PARAMETERS', \`i')dnl"
session -tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256
has 'Server Temp Key: DH, 2048 bits' "parameters of the program"
says client "OK//"

# No certificate is asked for.
with_options "define(\`confTLS_SRV_OPTIONS', \`V')dnl"
says client "NOT//"
session -tls1_3
! grep -q 'Acceptable client certificate CA names' "$dir/out" || fail "TLSSrvOptions=V asks for a certificate"

# A directory without the list of this authority revokes nothing.
mkdir "$certs/none"
with_options "define(\`confCRL_PATH', \`$certs/none')dnl"
says revoked "OK//"
