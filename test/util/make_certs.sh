#!/bin/sh
# make_certs.sh DIR: a certification authority of our own and what tests of TLS need, in DIR:
#   ca.crt/.key        the CA; HASH.0 is a link to it, so that DIR serves as CACertPath
#   server client second   certificates under it (NAME.crt, NAME.key), EC keys
#   rsaserver          the same name as server, RSA 2048
#   stranger           under otherca, which nobody trusts
#   expired            under ca, no longer valid
#   revoked, crl.pem   revoked by that list, which also serves as CRLFile
#   nul odd nocn long  client certificates with difficult names
#   weak               RSA 1024, self-signed
# Existing files are kept. Needs openssl; the difficult names need nothing else.
set -eu
[ $# = 1 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 64; }
mkdir -p "$1"
cd "$1"
[ ! -e done ] || exit 0
umask 077
q() { openssl "$@" >>openssl.log 2>&1 || { echo "openssl $* failed:" >&2; tail -5 openssl.log >&2; exit 1; }; }
ec() { q ecparam -name prime256v1 -genkey -noout -out "$1"; }

cat >ca.cnf <<'C'
[ca]
default_ca = d
[d]
database = index.txt
default_md = sha256
default_crl_days = 3650
[req]
distinguished_name = dn
[dn]
C
: >index.txt

ca() { # ca FILE SUBJECT
    ec "$1.key"
    q req -config ca.cnf -x509 -new -key "$1.key" -days 3650 -out "$1.crt" -subj "$2" -utf8 \
        -addext basicConstraints=critical,CA:true -addext keyUsage=keyCertSign,cRLSign
}
sign() { # sign FILE CA SUBJECT DAYS [SAN]
    [ -e "$1.key" ] || ec "$1.key"
    q req -config ca.cnf -new -key "$1.key" -out "$1.csr" -subj "$3" -utf8
    : >"$1.ext"
    [ -z "${5:-}" ] || echo "subjectAltName=$5" >"$1.ext"
    q x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days "$4" \
        -extfile "$1.ext" -out "$1.crt"
}
ca ca "/C=XX/O=Sandbox CA/CN=Sandbox Test CA"
ca otherca "/C=XX/O=Other CA/CN=Other CA"
sign server ca "/C=XX/O=Sandbox/CN=mx.sandbox.test" 3650 "DNS:mx.sandbox.test,DNS:*.sandbox.test"
sign client ca "/C=XX/O=Sandbox/CN=client.sandbox.test" 3650 "DNS:client.sandbox.test"
sign second ca "/C=XX/O=Sandbox/CN=second.sandbox.test" 3650
sign stranger otherca "/C=XX/O=Sandbox/CN=stranger.other.test" 3650
sign revoked ca "/C=XX/O=Sandbox/CN=revoked.sandbox.test" 3650
sign expired ca "/C=XX/O=Sandbox/CN=expired.sandbox.test" -1
sign odd ca "/O=Foo Enterprises \"<(x)>/CN=a b\\+c" 3650
sign nocn ca "/O=No CN" 3650
sign long ca "$(i=0; while [ $i -lt 40 ]; do printf '/OU=%060d' $i; i=$((i + 1)); done)/CN=long.test" 3650
q genrsa -out rsaserver.key 2048
sign rsaserver ca "/C=XX/O=Sandbox/CN=mx.sandbox.test" 3650 "DNS:mx.sandbox.test"
q genrsa -out weak.key 1024
q req -config ca.cnf -x509 -new -key weak.key -days 3650 -out weak.crt -subj "/CN=weak.test"

# A NUL cannot be typed on a command line: the name is made with an octet that is exchanged in
# the encoded request, which then is signed anew.
sign nul ca "/O=O/CN=good.example^evil.example" 3650
q x509 -in nul.crt -outform DER -out nul.der
LC_ALL=C sed 's/good.example^evil/good.example\x00evil/' <nul.der >nul0.der
q asn1parse -in nul0.der -inform DER -strparse 4 -out nul.tbs -noout
q dgst -sha256 -sign ca.key -out nul.sig nul.tbs
der_length() { # prints the DER length octets of $1 as \ooo escapes
    if [ "$1" -lt 128 ]; then printf '\\%03o' "$1"
    elif [ "$1" -lt 256 ]; then printf '\\201\\%03o' "$1"
    else printf '\\202\\%03o\\%03o' $(($1 / 256)) $(($1 % 256)); fi
}
size() { wc -c <"$1" | tr -d ' '; }
printf '\060\012\006\010\052\206\110\316\075\004\003\002' >nul.alg
{ printf '\003'; printf "$(der_length $(($(size nul.sig) + 1)))"; printf '\000'; cat nul.sig; } >nul.bits
body=$(($(size nul.tbs) + $(size nul.alg) + $(size nul.bits)))
{ printf '\060'; printf "$(der_length $body)"; cat nul.tbs nul.alg nul.bits; } >nul.signed
q x509 -in nul.signed -inform DER -out nul.crt

q ca -config ca.cnf -keyfile ca.key -cert ca.crt -revoke revoked.crt
q ca -config ca.cnf -keyfile ca.key -cert ca.crt -gencrl -out crl.pem
ln -sf ca.crt "$(openssl x509 -noout -hash <ca.crt).0"
rm -f *.csr *.ext *.der nul.tbs nul.sig nul.alg nul.bits nul.signed *.srl *.old *.attr
chmod 644 *.crt crl.pem
: >done
