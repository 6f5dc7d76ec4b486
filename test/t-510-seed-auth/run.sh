#!/bin/sh
# The walk of the talk on TLS and AUTH: certificates, Srv_Features: V, mechanisms and
# TRUST_AUTH_MECH, accounts in sasldb and behind saslauthd, EXPN and VRFY for authenticated or
# trusted clients only, the smtps port. (Try_TLS is in the tests of the client.)
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"

make_instance
make_certs
make_sasl mail.example.org user:pass-word
smtps=$(free_port)
mkdir "$certs/CA"
cp "$certs/ca.crt" "$certs/CA/Sandbox_CA.cert"
(cd "$certs/CA" && for F in *.cert; do ln -s "$F" "$(openssl x509 -noout -hash <"$F").0"; done)
echo trusted.example >"$dir/trusted-domains"
printf '127.0.0.9\tclient.trusted.example\n' >>"$dir/hosts"

# $1: lines of Sendmail.conf; $2: more .mc lines.
configure() {
    [ -z "$1" ] || printf '%s\n' "$1" >"$dir/sasl/Sendmail.conf"
    extra_mc="define(\`CERT_DIR', \`$certs')dnl
define(\`confCACERT', \`CERT_DIR/ca.crt')dnl
define(\`confCACERT_PATH', \`CERT_DIR/CA')dnl
define(\`confSERVER_CERT', \`CERT_DIR/server.crt')dnl
define(\`confSERVER_KEY', \`CERT_DIR/server.key')dnl
define(\`confCLIENT_CERT', \`CERT_DIR/server.crt')dnl
define(\`confCLIENT_KEY', \`CERT_DIR/server.key')dnl
define(\`confAUTH_REALM', \`mail.example.org')dnl
define(\`confAUTH_MECHANISMS', \`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
TRUST_AUTH_MECH(\`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
DAEMON_OPTIONS(\`Port=$smtps, Name=TLSMTA, Addr=127.0.0.1, M=s')dnl
$2
$sasl_mc
F{trusty}$dir/trusted-domains
LOCAL_RULESETS
Scheck_expn
R\$*	\$@ \$>check_expn_and_vrfy \$1
Scheck_vrfy
R\$*	\$@ \$>check_expn_and_vrfy \$1
Scheck_expn_and_vrfy
R\$*	\$: < \$&{client_name} >
R< \$={trusty} >	\$@ OK
R< \$+ \$={trusty} >	\$@ OK
R\$*	\$: \$&{auth_type}
R\$={TrustAuthMech}	\$@ OK
R\$*	\$#error \$@ 5.7.1 \$: 550 EXPN/VRFY failed for \$&{client_name}"
    configure_instance
    with_access "Srv_Features:	V"
}

configure "" ""
relay_after() { # relay_after MECHANISM PASSWORD...: under TLS, with the certificate not asked for
    talk "$1" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO roaming.example
S: ... 250-AUTH DIGEST-MD5 CRAM-MD5 PLAIN LOGIN
S: ... 250 HELP
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
tls client
C: EHLO roaming.example
S: ... 250 HELP
C: MAIL FROM:<user@try.test>
S: 250 *
C: RCPT TO:<someone@far.test>
S: 550 5.7.1 *
C: RSET
S: 250 *
auth $1 user $2
C: MAIL FROM:<user@try.test>
S: 250 *
C: RCPT TO:<someone@far.test>
S: 250 2.1.5 *
TALK
}
for mechanism in CRAM-MD5 PLAIN LOGIN; do relay_after $mechanism pass-word; done
in_log 'STARTTLS=server, relay=\[127.0.0.20\], version=TLSv1.3, verify=NOT'
python3 - "$port" <<'PYTHON' || fail "DIGEST-MD5"
import base64, hashlib, re, socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
f = s.makefile("rb")
f.readline()
s.sendall(b"AUTH DIGEST-MD5\r\n")
challenge = base64.b64decode(f.readline()[4:]).decode()
nonce = re.search('nonce="([^"]*)"', challenge)[1]
realm = re.search('realm="([^"]*)"', challenge)[1]
uri, cnonce, nc, qop = "smtp/" + realm, "0a4f", "00000001", "auth"
h = lambda b: hashlib.md5(b).hexdigest()
a1 = hashlib.md5(("user:%s:pass-word" % realm).encode()).digest() + (":%s:%s" % (nonce, cnonce)).encode()
response = h(":".join([h(a1), nonce, nc, cnonce, qop, h(("AUTHENTICATE:" + uri).encode())]).encode())
text = ('username="user",realm="%s",nonce="%s",cnonce="%s",nc=%s,qop=%s,digest-uri="%s",response=%s'
        % (realm, nonce, cnonce, nc, qop, uri, response))
s.sendall(base64.b64encode(text.encode()) + b"\r\n")
reply = f.readline()
if reply.startswith(b"334"):
    s.sendall(b"\r\n")
    reply = f.readline()
assert reply.startswith(b"235"), reply
PYTHON

talk "EXPN and VRFY" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO roaming.example
S: ... 250 HELP
C: VRFY postmaster
S: 550 5.7.1 *EXPN/VRFY failed for*
C: EXPN postmaster
S: 550 5.7.1 *EXPN/VRFY failed for*
auth CRAM-MD5 user pass-word
C: VRFY postmaster
S: 25*
C: EXPN postmaster
S: 25*
connect 127.0.0.1:$port from 127.0.0.9
S: 220 *
C: EHLO client.trusted.example
S: 250-*Hello client.trusted.example *
S: ... 250 HELP
C: VRFY postmaster
S: 25*
TALK
talk "smtps" <<TALK
smtps 127.0.0.1:$smtps
S: 220 *
C: EHLO roaming.example
S: ... 250 HELP
auth PLAIN user pass-word
TALK
# The Received lines of the talk, with the words of today.
talk "a message" <<TALK
smtps 127.0.0.1:$smtps
S: 220 *
C: EHLO roaming.example
S: ... 250 HELP
auth PLAIN user pass-word
C: MAIL FROM:<user@try.test>
S: 250 *
C: RCPT TO:<$me@try.test>
S: 250 *
C: DATA
S: 354 *
C: Subject: received
C:
C: .
S: 250 2.0.0 *
TALK
wait_for "test -s $dir/mail/$me"
tr -d '\n' <"$dir/mail/$me" | grep -q '(authenticated bits=0)[[:space:]]*by mx.try.test ([^)]*) with ESMTPSA id [^ ]*[[:space:]]*(version=TLSv1.3 cipher=[A-Z0-9_]* bits=256 verify=NOT)' ||
    fail "Received: $(cat "$dir/mail/$me")"

# pwcheck of the talk is saslauthd today; its socket is root's alone.
python3 "$SM_SOURCE_DIR/test/util/fake_saslauthd.py" "$dir/sasl/mux" unixuser unix-password &
sink_pid=$!
wait_for "test -S $dir/sasl/mux"
configure "pwcheck_method: saslauthd
saslauthd_path: $dir/sasl/mux
mech_list: PLAIN LOGIN" ""
talk "saslauthd" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO roaming.example
S: ... 250-AUTH PLAIN LOGIN
S: ... 250 HELP
auth PLAIN unixuser wrong = 535
auth LOGIN unixuser unix-password
TALK
kill "$sink_pid"; wait "$sink_pid" 2>/dev/null; sink_pid=
talk "saslauthd has gone: later, not never" <<TALK
connect 127.0.0.1:$port
S: 220 *
auth PLAIN unixuser unix-password = 454
TALK

# AuthOptions=p,y of _FFR_SASL_OPTS: plaintext only under a layer.
configure "pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: $dir/sasl/sasldb2" "define(\`confAUTH_OPTIONS', \`p,y')dnl"
talk "AuthOptions=p" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO roaming.example
S: ... 250-AUTH DIGEST-MD5 CRAM-MD5
S: ... 250 HELP
$(starttls)
S: ... 250-AUTH DIGEST-MD5 CRAM-MD5 PLAIN LOGIN
S: ... 250 HELP
TALK
if [ "$(id -u)" = 0 ]; then
    talk "unprivileged" <<TALK &
connect 127.0.0.1:$port
S: 220 *
C: NOOP
S: 250 *
quiet 2
TALK
    sleep 1
    for pid in $(ps -eo pid,ppid | awk -v p="$daemon_pid" '$2 == p { print $1 }'); do
        case $(tr '\0' ' ' <"/proc/$pid/cmdline") in
            *server*) [ "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")" != 0 ] ||
                fail "a session is root" ;;
        esac
    done
    wait $!
fi
"$sendmail" -d0.12 -bp </dev/null >"$dir/d0" 2>&1
for word in SASLv2 STARTTLS; do
    grep -q "$word" "$dir/d0" || fail "-d0.12 does not name $word: $(cat "$dir/d0")"
done
