#!/bin/sh
# Servers whose STARTTLS is broken: the message waits, or goes in clear text where the configuration or
# the access map says so; never twice, and never in clear text otherwise. Replies that came before the
# handshake are not used behind it (SEC-06).
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs

# serve STARTTLS-REPLY [OPTION...]: a server with that answer.
serve() {
    reply=$1
    shift
    [ -z "${sink_pid:-}" ] || { kill "$sink_pid"; wait "$sink_pid" 2>/dev/null; }
    rm -rf "$dir/got" "$dir/server.log"
    mkdir "$dir/got"
    python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/server.log" \
        --messages "$dir/got" --extensions PIPELINING,STARTTLS --reply "STARTTLS=$reply" "$@" &
    sink_pid=$!
    wait_port "$sinkport"
}
# send NAME sent|queued
send() {
    : >"$dir/log"
    rm -f "$dir/mqueue"/* "$dir/got"/*
    printf 'Subject: %s\n\ntext\n' "$1" |
        timeout 60 "$sendmail" -C"$dir/sendmail.cf" -oem -odi -f a@try.test u@far.test >"$dir/out" 2>&1
    if [ "$2" = sent ]; then
        [ "$(ls "$dir/got" | wc -l)" = 1 ] || fail "$1: arrived $(ls "$dir/got" | wc -l) times"
        [ -z "$(ls "$dir/mqueue")" ] || fail "$1: still queued"
    else
        [ -z "$(ls "$dir/got")" ] || fail "$1: sent in clear text"
        ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not queued"
    fi
}
configure() {
    extra_mc="define(\`confCACERT', \`$certs/ca.crt')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
FEATURE(\`tls_session_features')dnl
$1"
    configure_instance
    printf '%s\n' "$2" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail makemap
}
configure '' 'Nothing:here	OK'
serve '220 go' --close-after STARTTLS
send broken-handshake queued
grep -q 'stat=Deferred: 4[0-9]* 4.7.0 TLS handshake failed' "$dir/log" || fail "no reason in the log"
# The server talks on in clear text, as if it had been asked something: nothing of it is believed.
serve '220 go\r\n250-fake.test\r\n250 SIZE\r\n' --close-after STARTTLS
send injected-replies queued

# The same with a handshake that succeeds: none of it is taken for an answer to what follows.
serve '220 go\r\n550 5.0.0 evil\r\n550 5.0.0 evil\r\n550 5.0.0 evil\r\n' --tls "$certs/server"
send injected-before-a-handshake sent
grep -q 'STARTTLS=client, relay=.*, verify=OK' "$dir/log" || fail "no TLS"
! grep -q evil "$dir/log" || fail "an answer from before the handshake was believed"

# A refusal leaves the session in clear text, unless TLS is demanded.
serve '454 4.3.3 not now'
send refused sent
configure '' 'TLS_Srv:127.0.0.1	ENCR:112'
send refused-but-wanted queued

configure "define(\`confTLS_FALLBACK_TO_CLEAR', \`True')dnl" 'Nothing:here	OK'
serve '220 go' --close-after STARTTLS
send falls-back sent
[ "$(grep -c ' connect' "$dir/server.log")" -ge 2 ] || fail "the broken connection was used again"
grep -q 'C: MAIL' "$dir/server.log" || fail "no transaction"
# What TLS is demanded for is not sent in clear text.
configure "define(\`confTLS_FALLBACK_TO_CLEAR', \`True')dnl" 'TLS_Srv:127.0.0.1	ENCR:112'
serve '220 go' --close-after STARTTLS
send no-fall-back queued

# Clt_Features: S no STARTTLS, P no pipelining; what cannot be looked up is not guessed.
verbose() {
    printf 'Subject: x\n\ntext\n' | timeout 60 "$sendmail" -v -C"$dir/sendmail.cf" -oem -odi -f a@try.test \
        u@far.test >"$dir/out" 2>&1
    grep -A1 '^>>> MAIL' "$dir/out" | tail -1
}
serve '454 4.3.3 not now'
configure '' 'Clt_Features:127.0.0.1	S'
send no-starttls sent
! grep -q 'C: STARTTLS' "$dir/server.log" || fail "STARTTLS in spite of Clt_Features: S"
case $(verbose) in
    '>>> RCPT'*) ;;
    *) fail "no pipelining: $(cat "$dir/out")" ;;
esac
configure '' 'Clt_Features:	P D q'
case $(verbose) in
    250*) ;;
    *) fail "pipelining in spite of Clt_Features: P: $(cat "$dir/out")" ;;
esac
grep -q 'C: STARTTLS' "$dir/server.log" || fail "Clt_Features: P turned STARTTLS off"
grep -q 'clt_features, relay=.*: unknown feature q' "$dir/log" || fail "no complaint in the log"
configure '' 'Nothing:here	OK'
rm "$dir/access.db"
echo 'not a map' >"$dir/access.db"
send lookup-fails queued
