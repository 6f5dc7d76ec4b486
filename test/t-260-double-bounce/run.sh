#!/bin/sh
# A report that nobody can take, neither the sender nor the postmaster, ends as a Qf file: it makes
# no further reports and is not lost. A message in a loop is returned.
. "$SM_SOURCE_DIR/test/util/lib.sh"

make_instance
cat >"$dir/aliases" <<'END'
postmaster: "|exit 67"
MAILER-DAEMON: postmaster
nobody-there: "|exit 67"
END
sm -bi >/dev/null 2>&1

printf 'Subject: to nobody\n\ntext that must survive\n' |
    timeout 30 "$sendmail" -C"$dir/sendmail.cf" -oem -odi -f '<>' nobody-there@try.test >"$dir/mail.out" 2>&1
[ $? != 124 ] || fail "reports without end"
[ "$(grep -c 'stat=User unknown' "$dir/log")" = 2 ] || fail "the message and one report"
grep -q 'Losing ./qf.*: savemail panic' "$dir/log" || fail "not in the log"
kept=$(ls "$dir/mqueue" | grep '^Qf')
[ "$(echo "$kept" | wc -w)" = 1 ] || fail "one Qf file, not: $(ls "$dir/mqueue")"
grep -q 'text that must survive' "$dir/mqueue/df${kept#Qf}" || fail "the body is gone"
grep -q '^with id ' "$dir/mqueue/df${kept#Qf}" || fail "the postmaster is not told the id"

# The same from a queue run: what was read from a qf file still knows where it was sent.
rm -f "$dir/mqueue"/*
: >"$dir/log"
printf 'Subject: to nobody\n\ntext\n' | sm -odq -f '<>' postmaster@try.test >"$dir/mail.out" 2>&1
timeout 30 "$sendmail" -C"$dir/sendmail.cf" -qf >"$dir/mail.out" 2>&1
[ "$(grep -c 'stat=User unknown' "$dir/log")" = 1 ] || fail "one attempt"
[ "$(ls "$dir/mqueue" | cut -c1-2 | sort | tr '\n' ' ')" = 'Qf df ' ] ||
    fail "one Qf file, not: $(ls "$dir/mqueue")"

# DeadLetterDrop: a mailbox for it; where it cannot be written there is a Qf file again.
dead() {
    rm -f "$dir/mqueue"/*
    : >"$dir/log"
    printf 'Subject: to nobody\n\nFrom here\ntext that must survive\n' |
        sm -oem -odi -O DeadLetterDrop="$1" -f '<>' nobody-there@try.test >"$dir/mail.out" 2>&1
}
dead "$dir/dead.letter"
dead "$dir/dead.letter"
grep -q "Saved message in $dir/dead.letter" "$dir/log" || fail "DeadLetterDrop is not in the log"
[ -z "$(ls "$dir/mqueue")" ] || fail "saved and queued: $(ls "$dir/mqueue")"
[ "$(grep -c '^From ' "$dir/dead.letter")" = 2 ] ||
    fail "two messages: $(cat "$dir/dead.letter")"
[ "$(grep -c '^>From here' "$dir/dead.letter")" = 2 ] || fail "a line like the head of a message"
[ "$(grep -c 'text that must survive' "$dir/dead.letter")" = 2 ] || fail "the body is gone"
for drop in "$dir/no-such-directory/dead" "$dir" relative; do
    dead "$drop"
    [ "$(ls "$dir/mqueue" | cut -c1-2 | sort | tr '\n' ' ')" = 'Qf df ' ] || fail "DeadLetterDrop=$drop: $(ls "$dir/mqueue")"
done

# UseErrorsTo: the addresses of Errors-To: fields, besides the sender or instead of nobody.
errors_to() {
    rm -f "$dir/mqueue"/* "$dir/mail"/*
    printf 'Errors-To: A B <%s>,\n daemon\nErrors-To: bin, daemon\nSubject: x\n\ntext\n' "$me" |
        sm -oem -odi -O UseErrorsTo="$1" -f "$2" nobody-there@try.test >"$dir/mail.out" 2>&1
    ls "$dir/mail" | tr '\n' ' '
}
if [ "$me" = root ]; then
    [ "$(errors_to False games)" = 'games ' ] || fail "UseErrorsTo off: $(ls "$dir/mail")"
    [ "$(errors_to True games)" = 'bin daemon games root ' ] || fail "UseErrorsTo: $(ls "$dir/mail")"
    [ "$(grep -c '^To: ' "$dir/mail/bin")" = 4 ] || fail "to whom: $(grep '^To:' "$dir/mail/bin")"
    [ "$(errors_to True '<>')" = 'bin daemon root ' ] || fail "UseErrorsTo, <>: $(ls "$dir/mail")"
    [ "$(errors_to True daemon)" = 'bin daemon root ' ] || fail "the sender twice"
fi

# A message that went through too many hosts is returned, not passed on.
rm -f "$dir/mqueue"/* "$dir/mail"/*
: >"$dir/log"
{
    i=0
    while [ $i -lt 30 ]; do echo "Received: from somewhere"; i=$((i + 1)); done
    printf 'Subject: round and round\n\ntext\n'
} | sm -oem -odi -f "$me@try.test" "$me@try.test" u@far.test >"$dir/mail.out" 2>&1
grep -q 'DSN: Too many hops 3[01] (25 max): from ' "$dir/log" || fail "not in the log"
[ "$(grep -c 'Too many hops' "$dir/mail/$me")" -ge 3 ] || fail "not in the report"
grep -q '^Status: 5.4.6' "$dir/mail/$me" || fail "status"
[ "$(grep -c '^Subject: Returned mail' "$dir/mail/$me")" = 1 ] || fail "one report"
[ -z "$(ls "$dir/sink")" ] || fail "passed on"
