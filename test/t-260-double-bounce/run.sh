#!/bin/sh
# A report that nobody can take, neither the sender nor the postmaster, ends as a Qf file: it makes
# no further reports and is not lost.
. "$SM_SOURCE_DIR/test/util/lib.sh"

make_instance
cat >"$dir/aliases" <<'END'
postmaster: "|exit 67"
MAILER-DAEMON: postmaster
nobody-there: "|exit 67"
END
sm -bi >/dev/null 2>&1

printf 'Subject: to nobody\n\ntext that must survive\n' |
    timeout 30 "$sendmail" -C"$dir/sendmail.cf" -odi -f '<>' nobody-there@try.test >"$dir/mail.out" 2>&1
[ $? != 124 ] || fail "reports without end"
[ "$(grep -c 'stat=User unknown' "$dir/log")" = 2 ] || fail "the message and one report"
grep -q 'Losing ./qf.*: savemail panic' "$dir/log" || fail "not in the log"
kept=$(ls "$dir/mqueue" | grep '^Qf')
[ "$(echo "$kept" | wc -w)" = 1 ] || fail "one Qf file, not: $(ls "$dir/mqueue")"
grep -q 'text that must survive' "$dir/mqueue/df${kept#Qf}" || fail "the body is gone"

# The same from a queue run: what was read from a qf file still knows where it was sent.
rm -f "$dir/mqueue"/*
: >"$dir/log"
printf 'Subject: to nobody\n\ntext\n' | sm -odq -f '<>' postmaster@try.test >"$dir/mail.out" 2>&1
timeout 30 "$sendmail" -C"$dir/sendmail.cf" -qf >"$dir/mail.out" 2>&1
[ "$(grep -c 'stat=User unknown' "$dir/log")" = 1 ] || fail "one attempt"
[ "$(ls "$dir/mqueue" | cut -c1-2 | sort | tr '\n' ' ')" = 'Qf df ' ] ||
    fail "one Qf file, not: $(ls "$dir/mqueue")"
