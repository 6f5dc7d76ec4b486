#!/bin/sh
# XOAUTH2 and OAUTHBEARER as a client: the token is read from a file or a program at each use, never
# sent in clear text, never logged; without it, or when it is refused, the message waits.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs

serve() { # serve MECHANISMS [OPTION...]
    mechanisms=$1
    shift
    [ -z "${sink_pid:-}" ] || { kill "$sink_pid"; wait "$sink_pid" 2>/dev/null; }
    rm -rf "$dir/got" "$dir/server.log"
    mkdir "$dir/got"
    python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/server.log" \
        --messages "$dir/got" --extensions "PIPELINING,STARTTLS,AUTH $mechanisms" "$@" &
    sink_pid=$!
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$sinkport)'"
}
send() { # send NAME sent|queued
    : >"$dir/log"
    : >"$dir/server.log"
    rm -f "$dir/mqueue"/* "$dir/got"/*
    printf 'Subject: %s\n\ntext\n' "$1" |
        timeout 60 "$sendmail" -C"$dir/sendmail.cf" -oem -odi -f a@try.test u@far.test >"$dir/out" 2>&1
    if [ "$2" = sent ]; then
        [ "$(ls "$dir/got" | wc -l)" = 1 ] || fail "$1: not sent"
    else
        [ -z "$(ls "$dir/got")" ] || fail "$1: sent"
        ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not queued"
    fi
    ! grep -q "token-of" "$dir/log" "$dir/out" || fail "$1: the token is in the log"
}
access() {
    printf '%s\n' "$1" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail makemap
}
response() { # what the server got behind AUTH MECHANISM
    sed -n "s/^[0-9]* C: AUTH $1 //p" "$dir/server.log" | base64 -d | tr '\001' '^'
}
token() {
    printf '%s\n' "$1" >"$dir/token"
    chmod 640 "$dir/token"
    [ "$(id -u)" != 0 ] || chgrp "$session_group" "$dir/token"
}
# The delivering process is not root: the group of its user may read the token.
session_group=$(id -gn daemon)
extra_mc="define(\`confCACERT', \`$certs/ca.crt')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
LOCAL_CONFIG
O SessionUser=daemon"
configure_instance

serve 'PLAIN XOAUTH2' --tls "$certs/server" --reply 'AUTH=235 2.7.0 ok'
token token-of-today
access "AuthInfo:127.0.0.1	\"U:joe@x.test\" \"T:$dir/token\""
send xoauth2 sent
[ "$(response XOAUTH2)" = 'user=joe@x.test^auth=Bearer token-of-today^^' ] ||
    fail "XOAUTH2: $(cat "$dir/server.log")"
in_log 'AUTH=client, relay=.*, mech=XOAUTH2, bits=0'
token token-of-tomorrow
send renewed sent
[ "$(response XOAUTH2)" = 'user=joe@x.test^auth=Bearer token-of-tomorrow^^' ] || fail "renewed"

# The better mechanism, with a token that a program prints.
printf '#!/bin/sh\necho "token-of-$1"\n' >"$dir/get-token"
chmod 755 "$dir/get-token"
serve 'OAUTHBEARER XOAUTH2' --tls "$certs/server" --reply 'AUTH=235 2.7.0 ok'
access "AuthInfo:127.0.0.1	\"U:joe@x.test\" \"T:|$dir/get-token program\""
send program sent
[ "$(response OAUTHBEARER)" = "n,a=joe@x.test,^host=localhost^port=$sinkport^auth=Bearer token-of-program^^" ] ||
    [ "$(response OAUTHBEARER)" = "n,a=joe@x.test,^host=[127.0.0.1]^port=$sinkport^auth=Bearer token-of-program^^" ] ||
    fail "OAUTHBEARER: $(response OAUTHBEARER)"
access "AuthInfo:127.0.0.1	\"U:joe@x.test\" \"T:|$dir/get-token m\" \"M:XOAUTH2\""
send chosen sent
[ "$(response XOAUTH2)" = 'user=joe@x.test^auth=Bearer token-of-m^^' ] || fail "M:XOAUTH2"

# Not to be had now.
printf '#!/bin/sh\necho "token-of-it"; exit 75\n' >"$dir/get-token"
send program-fails queued
grep -q 'stat=Deferred: no token for AUTH' "$dir/log" || fail "no reason in the log"
in_log 'get-token: exit status 75'
access "AuthInfo:127.0.0.1	\"U:joe@x.test\" \"T:$dir/no-such-file\""
send no-file queued
token 'token-of-it'
chmod 644 "$dir/token"
access "AuthInfo:127.0.0.1	\"U:joe@x.test\" \"T:$dir/token\""
send readable-by-all queued
in_log 'World readable file'

# Refused: the server's complaint is logged, and there is another time.
token token-of-yesterday
serve 'XOAUTH2' --tls "$certs/server" --reply 'AUTH=334 eyJzdGF0dXMiOiI0MDEifQ==' --reply '=535 5.7.8 expired'
send refused queued
grep -q 'stat=Deferred: token refused' "$dir/log" || fail "not deferred"
in_log '"status":"401"'
! grep -q 'C: MAIL' "$dir/server.log" || fail "went on without AUTH"

# Not without TLS.
serve 'XOAUTH2' --reply 'AUTH=235 2.7.0 ok'
send clear-text queued
! grep -q 'C: AUTH' "$dir/server.log" || fail "the token went out in clear text"
in_log 'no TLS, the token is not sent'
# From DefaultAuthInfo: the sixth line.
printf 'joe@x.test\n\n\n\n\n%s\n' "$dir/token" >"$dir/default-auth"
chmod 600 "$dir/default-auth"
extra_mc="define(\`confCACERT', \`$certs/ca.crt')dnl
define(\`confDEF_AUTH_INFO', \`$dir/default-auth')dnl
LOCAL_CONFIG
O SessionUser=daemon"
configure_instance
serve 'XOAUTH2' --tls "$certs/server" --reply 'AUTH=235 2.7.0 ok'
send default-auth-info sent
[ "$(response XOAUTH2)" = 'user=joe@x.test^auth=Bearer token-of-yesterday^^' ] || fail "DefaultAuthInfo"
