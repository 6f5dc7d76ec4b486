#!/bin/sh
# Options that change one thing on the way of a message: ConnectOnlyTo, SingleLineFromHeader. And
# those that are read and have no effect say so.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
sed -i 's/^DS.*/DSrelay:[127.0.0.77]/' "$dir/sendmail.cf"
sm -bi >/dev/null 2>&1
start_sink

# deliver OPTION...: a message whose From: has two lines, to a host where nobody listens.
deliver() {
    rm -f "$dir"/mqueue/* "$dir"/sink/*
    printf 'From: An\n Author <author@far.test>\nSubject: x\n\nbody\n' |
        sm -oem -odi -f from@far.test "$@" to@far.test >"$dir/out" 2>&1
}
deliver
ls "$dir"/sink/*.msg >/dev/null 2>&1 && fail "127.0.0.77 is the sink: this test cannot tell"
deliver -O ConnectOnlyTo=127.0.0.1
grep -qx 'From: An' "$dir"/sink/*.msg || fail "ConnectOnlyTo: $(cat "$dir/out")"
deliver -O ConnectOnlyTo=127.0.0.1 -O SingleLineFromHeader=True
grep -qx 'From: An  Author <author@far.test>' "$dir"/sink/*.msg ||
    fail "SingleLineFromHeader: $(cat "$dir"/sink/*.msg "$dir/out")"
deliver -O ConnectOnlyTo=nowhere
grep -q 'stat=Deferred: ConnectOnlyTo is not an address: nowhere' "$dir/log" ||
    fail "a wrong address: $(cat "$dir/out")"
[ -n "$(ls "$dir"/mqueue/qf*)" ] || fail "the message is lost"

# NiceQueueRun holds for what a queue run starts.
echo "nicely: \"|nice >>$dir/mail/nice\"" >>"$dir/aliases"
sm -bi >/dev/null 2>&1
for by in 0 7; do
    printf 'Subject: x\n\nbody\n' | sm -odq -f from@far.test nicely@try.test >"$dir/out" 2>&1
    sm -qf -O NiceQueueRun=$by >"$dir/out" 2>&1
done
before=$(nice)
[ "$(tr '\n' ' ' <"$dir/mail/nice")" = "$before $((before < 7 ? 7 : before)) " ] ||
    fail "NiceQueueRun: $(cat "$dir/mail/nice" "$dir/out")"

# AliasWait: a database that somebody still writes, without a lock, is waited for; an old one is not.
echo 'early: daemon' >>"$dir/aliases"
sm -bi >/dev/null 2>&1
cp "$dir/aliases.db" "$dir/complete.db"
incomplete() {
    printf 'other\tdaemon\n' | "$makemap" -C "$dir/sendmail.cf" -N hash "$dir/aliases" || fail "makemap"
}
incomplete
sm -O AliasWait=10 -bv early >"$dir/verified" 2>&1 &
sleep 1
cp "$dir/complete.db" "$dir/new.db" && mv "$dir/new.db" "$dir/aliases.db"
wait $!
grep -q 'deliverable: mailer local, user daemon' "$dir/verified" ||
    fail "AliasWait: $(cat "$dir/verified")"
incomplete
touch -d '1 hour ago' "$dir/aliases.db"
timeout 20 "$sendmail" -C"$dir/sendmail.cf" -O AliasWait=10 -bv other >"$dir/verified" 2>&1 ||
    fail "an old database is waited for: $(cat "$dir/verified")"
grep -q "alias database $dir/aliases.db out of date" "$dir/log" || fail "a database without @ is not told of"
cp "$dir/complete.db" "$dir/new.db" && mv "$dir/new.db" "$dir/aliases.db"

told='option SharedMemoryKey: not implemented'
! sm -bC | grep -q SharedMemoryKey || fail "told of an option that is not set: $(sm -bC)"
sm -bC -O SharedMemoryKey=7 | grep -qx "$told" || fail "-bC: $(sm -bC -O SharedMemoryKey=7)"
start_daemon -O SharedMemoryKey=7 -O 'ProcessTitlePrefix=of $j'
[ "$(grep -c "$told" "$dir/log")" = 1 ] || fail "the daemon does not tell once: $told"
title() { tr '\0' '\n' <"/proc/$1/cmdline" | head -n 1; }
wait_for '[ "$(title $daemon_pid)" = "sendmail: of mx.try.test: accepting connections" ]'
