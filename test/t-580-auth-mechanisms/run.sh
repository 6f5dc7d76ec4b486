#!/bin/sh
# Every mechanism of the installed SASL plug-ins, our client against our server: accounts in sasldb,
# then behind saslauthd, in clear text and under TLS; what each side logs; security layers.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
saslauthd_pid=
stop_saslauthd() {
    [ -z "$saslauthd_pid" ] || kill "$saslauthd_pid" 2>/dev/null
    return "$1"
}
trap 'stop_saslauthd $?; cleanup' EXIT
make_instance
make_certs
make_sasl mx.try.test joe:my-secret-word
mkdir "$dir/client-queue"
chmod 700 "$dir/client-queue"
plain="PLAIN LOGIN"
secret="CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-224 SCRAM-SHA-256 SCRAM-SHA-384 SCRAM-SHA-512 NTLM"
all="$plain $secret ANONYMOUS EXTERNAL"
sink=$sinkport

# client LINES: the sending side; everything for others goes to the server.
client() {
    sinkport=$port
    extra_mc="FEATURE(\`access_db', \`hash -T<TMPF> $dir/client-access')dnl
CLIENT_OPTIONS(\`Family=inet, Address=127.0.0.20')dnl
$1
LOCAL_CONFIG
ESASL_CONF_PATH=$dir/sasl"
    configure_instance
    sed -e "s,$dir/mqueue,$dir/client-queue,g; s,$dir/log,$dir/client.log,g" \
        -e 's/^Dj.*/Djclient.try.test/' "$dir/sendmail.cf" >"$dir/client.cf"
    sinkport=$sink
}
server() {
    extra_mc="define(\`confAUTH_MECHANISMS', \`$all')dnl
TRUST_AUTH_MECH(\`$all')dnl
define(\`confDELIVERY_MODE', \`queueonly')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$1
$sasl_mc"
    configure_instance
    with_access 'Nothing:here	OK'
}
account() { # account WORDS: of the client
    printf 'AuthInfo:127.0.0.1\t%s\n' "$1" |
        "$makemap" -C "$dir/client.cf" hash "$dir/client-access" || fail makemap
}
# send NAME accepted|bounced: one message through the client.
send() {
    : >"$dir/log"
    : >"$dir/client.log"
    rm -f "$dir/client-queue"/* "$dir/mqueue"/*
    printf 'Subject: %s\n\ntext\n' "$1" | timeout 60 "$sendmail" -C"$dir/client.cf" -oem -odi \
        -f a@try.test u@far.test >"$dir/out" 2>&1
    if [ "$2" = accepted ]; then
        ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not accepted: $(cat "$dir/client.log")"
    else
        grep -q 'DSN: ' "$dir/client.log" || fail "$1: no bounce: $(cat "$dir/client.log")"
    fi
    ! grep -q 'secret-word\|unix-password' "$dir/log" "$dir/client.log" "$dir/out" ||
        fail "$1: a password is in the log"
}
says() { grep -q -- "$2" "$dir/$1" || fail "no \"$2\" in $1: $(cat "$dir/$1")"; }
offered() { # what the server offers to a client in clear text
    printf 'EHLO x.test\nQUIT\n' | smtp_talk 127.0.0.1 "$port" | tr -d '\r' | sed -n 's/^250-AUTH //p'
}

client ''
server ''
have=" $(offered) "
echo "offered: $have"
for mechanism in $plain $secret; do
    case $have in
        *" $mechanism "*) ;;
        *) case $mechanism in
            PLAIN | LOGIN | CRAM-MD5 | DIGEST-MD5) fail "$mechanism is not offered" ;;
            *) echo "no plug-in for $mechanism"; continue ;;
        esac ;;
    esac
    account "\"U:joe\" \"P:my-secret-word\" \"R:mx.try.test\" \"M:$mechanism\""
    send "$mechanism" accepted
    says client.log "AUTH=client, relay=.*, mech=$mechanism, bits="
    says log "AUTH=server, relay=.*, authid=joe\(@mx.try.test\)\{0,1\}, mech=$mechanism, bits="
    # DIGEST-MD5 agrees on a layer of its own where there is no TLS.
    [ $mechanism != DIGEST-MD5 ] || ! grep -q 'mech=DIGEST-MD5, bits=0' "$dir/log" ||
        fail "DIGEST-MD5 without its layer"
    account "\"U:joe\" \"P:other-secret-word\" \"R:mx.try.test\" \"M:$mechanism\""
    send "$mechanism-wrong" bounced
    says log "AUTH failure ($mechanism)"
done
account '"U:guest" "P:guest" "M:ANONYMOUS"'
case $have in
    *" ANONYMOUS "*)
        send ANONYMOUS accepted
        says log 'authid=anonymous, mech=ANONYMOUS' ;;
esac

# Under TLS: EXTERNAL is the certificate; plain text only there with AuthOptions p.
client "$(tls_mc)
define(\`confAUTH_MECHANISMS', \`$all')dnl"
server "$(tls_mc)
define(\`confAUTH_OPTIONS', \`p,y')dnl"
case " $(offered) " in *PLAIN* | *LOGIN* | *ANONYMOUS*) fail "AuthOptions=p,y: $(offered)" ;; esac
for mechanism in $plain $secret; do
    case $have in *" $mechanism "*) ;; *) continue ;; esac
    account "\"U:joe\" \"P:my-secret-word\" \"R:mx.try.test\" \"M:$mechanism\""
    send "$mechanism-tls" accepted
    says log "AUTH=server, relay=.*, authid=joe\(@mx.try.test\)\{0,1\}, mech=$mechanism, bits="
done
account '"U:joe" "P:none" "M:EXTERNAL"'
send EXTERNAL accepted
says log 'authid=/C=XX/O=Sandbox/CN=client.sandbox.test, mech=EXTERNAL'

# saslauthd: the real one, which asks an IMAP server of ours.
daemon=$(command -v saslauthd || echo /usr/sbin/saslauthd)
if [ -x "$daemon" ]; then
    imap=$(free_port)
    python3 "$SM_SOURCE_DIR/test/util/fake_imapd.py" "$imap" unixuser unix-password &
    sink_pid=$!
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$imap)'"
    mkdir "$dir/mux"
    # In a group of its own: it ends the whole group.
    setsid "$daemon" -d -n 1 -a rimap -O "127.0.0.1/$imap" -m "$dir/mux" >"$dir/saslauthd.out" 2>&1 &
    saslauthd_pid=$!
    wait_for "test -S $dir/mux/mux"
    printf 'pwcheck_method: saslauthd\nsaslauthd_path: %s\nmech_list: PLAIN LOGIN\n' \
        "$dir/mux/mux" >"$dir/sasl/Sendmail.conf"
    server "$(tls_mc)"
    for mechanism in $plain; do
        account "\"U:unixuser\" \"P:unix-password\" \"M:$mechanism\""
        send "$mechanism-saslauthd" accepted
        says log "authid=unixuser, mech=$mechanism"
        account "\"U:unixuser\" \"P:wrong-unix-word\" \"M:$mechanism\""
        send "$mechanism-saslauthd-wrong" bounced
    done
    kill "$saslauthd_pid"
    wait "$saslauthd_pid" 2>/dev/null
    saslauthd_pid=
    # Gone: later, not never.
    account '"U:unixuser" "P:unix-password" "M:PLAIN"'
    printf 'Subject: x\n\n' | timeout 60 "$sendmail" -C"$dir/client.cf" -oem -odi -f a@try.test u@far.test
    ls "$dir/client-queue"/qf* >/dev/null 2>&1 || fail "without saslauthd: $(cat "$dir/client.log")"
else
    echo "saslauthd is not installed: left out"
fi
