#!/bin/sh
# Clients that others wrote: openssl s_client, swaks, Python's smtplib, curl and sslscan where they are
# installed; STARTTLS and smtps, AUTH, client certificates, old versions refused; {tls_sni}.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs
make_sasl mx.try.test joe:my-secret-word
smtps=$(free_port)
extra_mc="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`EXTERNAL SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
TRUST_AUTH_MECH(\`EXTERNAL SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
define(\`confDELIVERY_MODE', \`queueonly')dnl
DAEMON_OPTIONS(\`Name=TLSMTA, Family=inet, Addr=127.0.0.1, Port=$smtps, M=s')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$sasl_mc
LOCAL_RULESETS
SLocal_check_mail
R\$* sni@ \$*	\$#error \$@ 5.7.1 \$: \"550 sni=\" \$&{tls_sni} \" verify=\" \$&{verify}"
configure_instance
with_access 'Nothing:here	OK'

# openssl s_client: -ign_eof, because QUIT is ours.
client() { # client PORT COMMANDS [OPTION...]
    to=$1 commands=$2
    shift 2
    { sleep 0.3; echo "$commands" | tr '|' '\n' | while read -r line; do
        printf '%s\r\n' "$line"
        sleep 0.3
    done; } | timeout 20 openssl s_client -quiet -ign_eof \
        -CAfile "$certs/ca.crt" -connect "127.0.0.1:$to" "$@" 2>"$dir/client.err" | tr -d '\r'
}
for version in 1_2 1_3; do
    for how in "$port -starttls smtp" "$smtps"; do
        to=${how%% *} options=${how#"$to"}
        client "$to" 'EHLO s.test|MAIL FROM:<sni@x.test>|QUIT' $options -tls$version \
            -servername Mail.Try.Test -verify_return_error -verify_hostname mx.sandbox.test \
            >"$dir/client.out"
        grep -q '^550 5.7.1 .*sni=mail.try.test verify=NO$' "$dir/client.out" ||
            fail "s_client $how $version: $(cat "$dir/client.out" "$dir/client.err")"
    done
    grep -q "version=TLSv${version%_*}.${version#*_}, verify=NO" "$dir/log" || fail "log of $version"
done
client "$smtps" 'EHLO s.test|MAIL FROM:<sni@x.test>|QUIT' -noservername -cert "$certs/client.crt" \
    -key "$certs/client.key" >"$dir/client.out"
grep -q 'sni= verify=OK$' "$dir/client.out" || fail "certificate: $(cat "$dir/client.out")"
for version in 1 1_1; do
    client "$smtps" 'QUIT' -tls$version -cipher 'DEFAULT@SECLEVEL=0' >"$dir/client.out"
    [ ! -s "$dir/client.out" ] ||
        fail "TLS $version: $(cat "$dir/client.out")"
done

if command -v swaks >/dev/null && perl -MNet::SSLeay -e 1 2>/dev/null; then
    swaks_to() { # swaks_to NAME OPTION...
        name=$1
        shift
        timeout 30 swaks --server 127.0.0.1 --port "$port" --local-interface 127.0.0.20 --from a@try.test \
            --to u@far.test --header "Subject: $name" "$@" >"$dir/swaks.out" 2>&1 ||
            fail "swaks $name: $(tail -20 "$dir/swaks.out")"
        grep -q 'Message accepted for delivery' "$dir/swaks.out" || fail "swaks $name"
    }
    for mechanism in PLAIN LOGIN CRAM-MD5 DIGEST-MD5; do
        case $mechanism in
            *MD5) perl -MAuthen::SASL -MDigest::HMAC_MD5 -e 1 2>/dev/null || continue ;;
        esac
        swaks_to $mechanism --tls --auth $mechanism --auth-user joe --auth-password my-secret-word
        in_log "authid=joe, mech=$mechanism, bits="
        swaks_to $mechanism-smtps --port "$smtps" --tls-on-connect --auth $mechanism --auth-user joe \
            --auth-password my-secret-word
    done
    ! timeout 30 swaks --server 127.0.0.1 --port "$port" --from a@try.test --to u@far.test --tls \
        --auth PLAIN --auth-user joe --auth-password wrong >"$dir/swaks.out" 2>&1 || fail "wrong password"
else
    echo "swaks, or its Net::SSLeay, is not installed: left out"
fi

python3 - "$port" "$smtps" "$certs" <<'PYTHON' || fail "smtplib"
import smtplib, ssl, sys
port, smtps, certs = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile=certs + "/ca.crt")
context.check_hostname = False
message = "Subject: smtplib\r\n\r\ntext\r\n"
with smtplib.SMTP("127.0.0.1", port, source_address=("127.0.0.20", 0)) as client:
    client.starttls(context=context)
    client.login("joe", "my-secret-word")
    assert client.sendmail("a@try.test", ["u@far.test"], message) == {}
with smtplib.SMTP_SSL("127.0.0.1", smtps, context=context) as client:
    client.login("joe", "my-secret-word")
    assert client.sendmail("a@try.test", ["u@far.test"], message) == {}
context.load_cert_chain(certs + "/client.crt", certs + "/client.key")
with smtplib.SMTP("127.0.0.1", port) as client:
    client.starttls(context=context)
    client.ehlo()
    assert "EXTERNAL" in client.esmtp_features["auth"].split(), client.esmtp_features
    assert client.docmd("AUTH", "EXTERNAL =")[0] == 235
PYTHON

if command -v curl >/dev/null && curl -V | grep -q smtps; then
    printf 'Subject: curl\n\ntext\n' >"$dir/message"
    for url in "smtp://127.0.0.1:$port" "smtps://127.0.0.1:$smtps"; do
        timeout 30 curl -sS --crlf --ssl-reqd --cacert "$certs/ca.crt" -k "$url" \
            --user joe:my-secret-word --mail-from a@try.test --mail-rcpt u@far.test -T "$dir/message" \
            >"$dir/curl.out" 2>&1 || fail "curl $url: $(cat "$dir/curl.out")"
    done
fi
if command -v sslscan >/dev/null; then
    timeout 120 sslscan --no-colour --starttls-smtp "127.0.0.1:$port" >"$dir/sslscan.out" 2>&1 ||
        fail "sslscan"
    grep -q 'TLSv1.3 *enabled' "$dir/sslscan.out" || fail "sslscan: $(cat "$dir/sslscan.out")"
    ! grep -qE '(SSLv2|SSLv3|TLSv1.0|TLSv1.1) *enabled' "$dir/sslscan.out" ||
        fail "old versions: $(cat "$dir/sslscan.out")"
fi
# Several domains on one server: the name that the client asks for chooses the certificate, and a
# ticket is good for the name it was given under only.
stop_daemon
sed -i -e "s,^\(O ServerCertFile=.*\)$,\1\,$certs/stranger.crt," \
    -e "s,^\(O ServerKeyFile=.*\)$,\1\,$certs/stranger.key," "$dir/sendmail.cf"
start_daemon
ask() { # ask SNI SUBJECT [WORD]
    cat <<TALK
connect 127.0.0.1:$port
S: 220 *
C: STARTTLS
S: 220 *
tls $1 ${3:-}
C: NOOP
S: 250 *
tls: subject=$2
TALK
}
talk "names" <<TALK
$(ask sni=stranger.other.test stranger.other.test)
$(ask sni=elsewhere.test mx.sandbox.test)
$(ask "" mx.sandbox.test)
$(ask sni=Stranger.Other.Test stranger.other.test)
tls: resumed=no
$(ask sni=stranger.other.test stranger.other.test resume)
tls: resumed=yes
$(ask sni=mx.sandbox.test mx.sandbox.test resume)
tls: resumed=no
TALK
! grep -q 'secret-word' "$dir/log" || fail "a password is in the log"
! grep -q 'core dumped\|assertion' "$dir/log" || fail "a session died"
