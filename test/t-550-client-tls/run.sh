#!/bin/sh
# STARTTLS and AUTH as a client: one of our instances sends to another, and both tell the same story.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"

make_instance
make_certs
make_sasl mx.try.test joe:my-secret-word
mkdir "$dir/client-queue"
chmod 700 "$dir/client-queue"
sink=$sinkport

# client LINES [ACCESS]: the configuration of the sending side; everything for others goes to the server.
client() {
    sinkport=$port
    extra_mc="${2-FEATURE(\`access_db', \`hash -T<TMPF> $dir/client-access')dnl}
CLIENT_OPTIONS(\`Family=inet, Address=127.0.0.20')dnl
$1
LOCAL_CONFIG
ESASL_CONF_PATH=$dir/sasl"
    configure_instance
    sed -e "s,$dir/mqueue,$dir/client-queue,g; s,$dir/log,$dir/client.log,g" \
        -e 's/^Dj.*/Djclient.try.test/' "$dir/sendmail.cf" >"$dir/client.cf"
    sinkport=$sink
    [ ! -f "$dir/server.cf" ] || cp "$dir/server.cf" "$dir/sendmail.cf"
}
access() { # access LINES: of the client
    printf '%s\n' "$1" | "$makemap" -C "$dir/client.cf" hash "$dir/client-access" || fail makemap
}
# send NAME: one message to u@far.test through the client; $server and $mine are the new log lines.
options=
send() {
    : >"$dir/log"
    : >"$dir/client.log"
    rm -f "$dir/sink"/* "$dir/client-queue"/*
    printf 'Subject: %s\n\ntext\n' "$1" |
        timeout 60 "$sendmail" -C"$dir/client.cf" $options -oem -odi -f "a@try.test" u@far.test >"$dir/out" 2>&1
    case $2 in
        sent) wait_for "grep -q 'Subject: $1' $dir/sink/*.msg 2>/dev/null" ;;
        queued) ls "$dir/client-queue"/qf* >/dev/null 2>&1 || fail "$1: not queued: $(cat "$dir/client.log")" ;;
        bounced) grep -q 'DSN: ' "$dir/client.log" || fail "$1: no bounce: $(cat "$dir/client.log")" ;;
    esac
}
says() { # says FILE PATTERN
    grep -q -- "$2" "$dir/$1" || fail "no \"$2\" in $1: $(cat "$dir/client.log")"
}
silent() {
    ! grep -q -- "$2" "$dir/$1" || fail "\"$2\" in $1"
}
start_sink

client "$(tls_mc)"
access 'Nothing:here	OK'
extra_mc="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
TRUST_AUTH_MECH(\`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$sasl_mc"
configure_instance
cp "$dir/sendmail.cf" "$dir/server.cf"
relayed_for_all='Connect:127.0.0.20	RELAY'
with_access 'CERTISSUER:/C=XX/O=Sandbox+20CA/CN=Sandbox+20Test+20CA	RELAY'

send both-verified sent
says client.log 'STARTTLS=client, relay=\[127.0.0.1\].*, version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256'
says log 'STARTTLS=server, relay=.*, version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256'
grep -q 'version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=OK' "$dir/sink"/*.msg || fail "Received"

access 'Try_TLS:127.0.0.1	NO'
send not-tried bounced
with_access "$relayed_for_all"
send not-tried-but-allowed sent
silent client.log STARTTLS=client
silent log STARTTLS=server

access 'TLS_Srv:127.0.0.1	VERIFY:112'
send strong-enough sent
access 'TLS_Srv:127.0.0.1	VERIFY:512'
send too-weak queued
says client.log 'ruleset=tls_server, .*reject=454 4.7.0 encryption too weak 256 less than 512'
access 'TLS_Srv:127.0.0.1	PERM+VERIFY:512'
send too-weak-for-good bounced
access 'TLS_Rcpt:far.test	VERIFY:512'
send recipient queued
says client.log 'ruleset=tls_rcpt, arg1=u@far.test'

# A server that is not verified is used all the same, unless a rule says otherwise.
client "define(\`confCACERT', \`$certs/stranger.crt')dnl"
access 'Nothing:here	OK'
send unverified sent
says client.log 'STARTTLS=client, .*verify=FAIL'
access 'TLS_Srv:127.0.0.1	VERIFY'
send unverified-refused queued
says client.log 'reject=454 4.7.0 authentication failed'

# Files about trust that are not there: nobody is verified, but mail goes out, with a line that says why.
for option in confCACERT confCRL; do
    client "$(tls_mc)
define(\`$option', \`$certs/nosuch.pem')dnl"
    access 'Nothing:here	OK'
    send $option-missing sent
    says client.log "STARTTLS=client: file $certs/nosuch.pem unsafe: No such file or directory"
    says client.log 'STARTTLS=client, relay=.*verify=FAIL'
    access 'TLS_Srv:127.0.0.1	VERIFY'
    send $option-missing-refused queued
done

# AUTH: the server relays for those it knows.
with_access 'Nothing:here	OK'
client "define(\`confCACERT', \`$certs/ca.crt')dnl"
access 'Nothing:here	OK'
send stranger bounced
access 'AuthInfo:127.0.0.1	"U:joe" "P:my-secret-word" "R:mx.try.test"'
send known sent
says client.log 'AUTH=client, relay=.*, mech=DIGEST-MD5, bits='
says log 'AUTH=server, relay=.*, authid=joe, mech=DIGEST-MD5, bits='
access 'AuthInfo:127.0.0.1	"U:joe" "P=bXktc2VjcmV0LXdvcmQ=" "R:mx.try.test" "M:PLAIN"'
send known-plain sent
says log 'AUTH=server, .*mech=PLAIN'
options="-v -d0-99.99"
send known-plain-traced sent
options=
says out 'P=\.\.\.'
for secret in secret-word bXktc2VjcmV0LXdvcmQ= "$(printf 'joe\0joe\0my-secret-word' | base64)" \
    "$(printf '\0joe\0my-secret-word' | base64)"; do
    silent out "$secret"
    silent client.log "$secret"
done
access 'AuthInfo:127.0.0.1	"U:joe" "P:wrong-secret-word" "R:mx.try.test"'
send wrong-password bounced
access 'Nothing:here	OK'
printf 'joe\njoe\nmy-secret-word\nmx.try.test\n' >"$dir/default-auth"
chmod 600 "$dir/default-auth"
client "define(\`confCACERT', \`$certs/ca.crt')dnl
define(\`confDEF_AUTH_INFO', \`$dir/default-auth')dnl" "dnl no access map, or the ruleset authinfo would answer"
send default-auth-info sent
says log 'AUTH=server, .*authid=joe'
silent log 'possible SMTP attack'
for file in client.log log out; do silent "$file" secret-word; done
! grep -rq secret-word "$dir/client-queue" "$dir/mqueue" "$dir/mail" "$dir/sink" || fail "a password got out"
