#!/bin/sh
# What a server answers decides what the log says: one delivery per line of the table.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
sm -bi >/dev/null 2>&1
row=0

# try STATUS-AND-DSN-PATTERN REPLY...: delivers once to a server that answers so.
try() {
    wanted=$1
    shift
    row=$((row + 1))
    : >"$dir/log"
    rm -f "$dir"/mqueue/* "$dir/dialogue" "$dir/sinkport"
    for reply; do set -- "$@" --reply "$reply"; shift; done
    python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" \
        --port-file "$dir/sinkport" --log "$dir/dialogue" "$@" &
    sink_pid=$!
    wait_for "test -f $dir/sinkport"
    printf 'Subject: x\n\nbody\n' | sm -oem -odi -f "from@far.test" "to@far.test" >"$dir/out" 2>&1
    kill "$sink_pid"
    wait "$sink_pid" 2>/dev/null
    sink_pid=
    grep "to=to@far.test" "$dir/log" | sed 's/.*dsn=/dsn=/; q' >"$dir/seen"
    [ "$(cat "$dir/seen")" = "$wanted" ] ||
        fail "row $row ($*): wanted \"$wanted\", saw \"$(cat "$dir/seen")\""
}

try 'dsn=2.0.0, stat=Sent (accepted as 1)'
try 'dsn=2.0.0, stat=Sent (2.0.0 accepted as 1)' 'EHLO=500 unknown'
try 'dsn=5.5.0, reply=554 no, stat=Service unavailable' 'greeting=554 no'
try 'dsn=4.5.0, reply=421 busy, stat=Deferred: 421 busy' 'greeting=421 busy'
try 'dsn=4.4.2, stat=Deferred: Connection reset by [127.0.0.1]' 'greeting=close'
try 'dsn=4.3.0, reply=451 later, stat=Deferred: 451 later' 'MAIL=451 later'
try 'dsn=5.0.0, reply=550 no, stat=Service unavailable' 'MAIL=550 no'
try 'dsn=5.1.3, reply=553 no, stat=Data format error' 'MAIL=553 no'
try 'dsn=5.1.1, reply=550 no, stat=User unknown' 'RCPT=550 no'
try 'dsn=5.7.1, reply=550 5.7.1 no, stat=User unknown' 'RCPT=550 5.7.1 no'
try 'dsn=5.2.2, reply=552 full, stat=Service unavailable' 'RCPT=552 full'
try 'dsn=4.2.0, reply=450 grey, stat=Deferred: 450 grey' 'RCPT=450 grey'
try 'dsn=5.0.0, reply=554 no, stat=Service unavailable' 'DATA=554 no'
try 'dsn=5.2.2, reply=552 big, stat=Service unavailable' 'EOD=552 big'
try 'dsn=4.4.2, stat=Deferred: Connection reset by [127.0.0.1]' 'EOD=close'
try 'dsn=4.4.2, stat=Deferred: Connection reset by [127.0.0.1]' 'RCPT=close'
# Lines of a reply that look like other replies, and control characters, stay text.
try 'dsn=5.1.1, reply=550-5.1.1 no\015, stat=User unknown' 'RCPT=550-5.1.1 no\r\r\n550 5.1.1 x\r\n'
try 'dsn=4.5.0, stat=Deferred: bad reply: hello' 'greeting=hello'
# Our own name in the greeting: the message would come back.
try 'dsn=5.3.5, stat=Local configuration error' 'EHLO=250 mx.try.test hello'
