#!/bin/sh
# SEC-17: what a client that may, should or must use TLS does with servers that do not offer it, refuse
# it, break it off, answer with rubbish or with replies in clear text, have the wrong certificate or an
# old version. In clear text only where the policy allows it. (DANE is in t-598.)
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs

serve() {
    [ -z "${sink_pid:-}" ] || { kill "$sink_pid"; wait "$sink_pid" 2>/dev/null; }
    rm -rf "$dir/server.log"
    python3 -W ignore "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/server.log" "$@" &
    sink_pid=$!
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$sinkport)'"
}
# The policies: a cf each, the access map made for each message.
for fallback in no yes; do
    extra_mc="define(\`confCACERT', \`$certs/ca.crt')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl"
    [ $fallback = no ] || extra_mc="$extra_mc
define(\`confTLS_FALLBACK_TO_CLEAR', \`True')dnl"
    configure_instance
    cp "$dir/sendmail.cf" "$dir/fallback-$fallback.cf"
done
for entry in none:OK encr:ENCR:112 verify:VERIFY; do
    printf 'TLS_Srv:127.0.0.1\t%s\n' "${entry#*:}" | sed 's/^.*OK$/Nothing:here	OK/' |
        "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail makemap
    mv "$dir/access.db" "$dir/access-${entry%%:*}.db"
done
# expect SERVER WANTED...: clear, tls or wait under: nothing, ENCR, VERIFY; then the same with
# TLSFallbacktoClear.
expect() {
    server=$1
    shift
    for fallback in no yes; do
        for policy in none encr verify; do
            cp "$dir/access-$policy.db" "$dir/access.db"
            : >"$dir/log"
            : >"$dir/server.log"
            rm -f "$dir/mqueue"/*
            printf 'Subject: x\n\n' | timeout 60 "$sendmail" -C"$dir/fallback-$fallback.cf" -oem -odi \
                -f a@try.test u@far.test >"$dir/out" 2>&1
            got=wait
            if grep -q 'S: 250 2.0.0 accepted' "$dir/server.log"; then
                last=$(grep -n ' connect$' "$dir/server.log" | tail -1 | cut -d: -f1)
                got=clear
                ! tail -n "+$last" "$dir/server.log" | grep -q ' TLS TLSv' || got=tls
            else
                ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$server, $policy, fallback $fallback: lost"
                ! grep -q 'C: MAIL' "$dir/server.log" || fail "$server, $policy, fallback $fallback: MAIL"
            fi
            [ "$got" = "$1" ] || fail "$server, $policy, fallback $fallback: $got, not $1: $(cat "$dir/server.log")"
            shift
        done
    done
}
#                                        nothing ENCR VERIFY  fallback: the same
serve --extensions PIPELINING
expect "not offered"                     clear wait wait      clear wait wait
serve --extensions STARTTLS --reply 'STARTTLS=454 4.3.3 later'
expect "refused for now"                 clear wait wait      clear wait wait
serve --extensions STARTTLS --reply 'STARTTLS=500 5.5.1 what'
expect "refused"                         clear wait wait      clear wait wait
serve --extensions STARTTLS --reply 'STARTTLS=250 2.0.0 well'
expect "neither yes nor no"              wait wait wait       wait wait wait
serve --extensions STARTTLS --reply 'STARTTLS=220 go' --close-after STARTTLS
expect "closes the connection"           wait wait wait       clear wait wait
serve --extensions STARTTLS --reply 'STARTTLS=220 go\r\nHTTP/1.0 400 Bad Request\r\n\r\n'
expect "rubbish"                         wait wait wait       clear wait wait
serve --extensions STARTTLS --reply 'STARTTLS=220 go\r\n250-fake.test\r\n250 HELP\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n'
expect "replies in clear text"           wait wait wait       clear wait wait
serve --extensions STARTTLS --tls "$certs/server" --tls-max 1.1
expect "an old version"                  wait wait wait       clear wait wait
serve --extensions STARTTLS --tls "$certs/stranger"
expect "a certificate of somebody else"  tls tls wait         tls tls wait
serve --extensions STARTTLS --tls "$certs/expired"
expect "a certificate that has expired"  tls tls wait         tls tls wait
serve --extensions STARTTLS --tls "$certs/server"
expect "all is well"                     tls tls tls          tls tls tls
