#!/bin/sh
# Submission by sendmail -t and by arguments: recipients, exit codes, header fields, dead.letter.
. "$SM_SOURCE_DIR/test/util/lib.sh"

make_instance
sm -bi >/dev/null 2>&1 || fail "newaliases"
HOME=$dir
export HOME
only_job() {
    set -- "$dir"/mqueue/qf*
    [ $# = 1 ] && [ -f "$1" ] || fail "jobs in the queue: $*"
    cat "$1"
}
clear_queue() { rm -f "$dir"/mqueue/[qdtx]f*; }
# submit STATUS ARGUMENT...: standard input is the message.
submit() {
    want=$1
    shift
    sm -odq "$@" >"$dir/said" 2>&1
    got=$?
    [ "$got" = "$want" ] || fail "sendmail $*: exit $got, not $want: $(cat "$dir/said")"
}

printf 'Subject: x\nTo: %s, "Q, R" <postmaster>\nBcc: a@far.test\n\nbody\n' "$me" | submit 0 -t
job=$(only_job)
for line in "^RPFD:$me\$" '^RPFD:"Q, R" <postmaster>$' '^RPFD:a@far.test$' '^Fb' "^S$me\$" '^H?M?Message-Id: <' \
    '^H?D?Date: ' '^H?F?From: ' "^H??Received: (from $me@localhost)"; do
    printf '%s\n' "$job" | grep -q "$line" || fail "no line $line in: $job"
done
clear_queue

printf 'From: z\n\nbody\n' | submit 0 -f a@far.test -R hdrs -N success,failure -V env "$me"
job=$(only_job)
for line in '^Sa@far.test$' '^Zenv$' '^RPNSF:' '^H??From: z$'; do
    printf '%s\n' "$job" | grep -q "$line" || fail "no line $line in: $job"
done
clear_queue

printf 'one\n.\ntwo\n' | submit 0 "$me"
[ "$(cat "$dir"/mqueue/df*)" = one ] || fail "the dot did not end the message"
clear_queue
printf 'one\n.\ntwo\n' | submit 0 -i "$me"
[ "$(wc -l <"$(ls "$dir"/mqueue/df*)")" = 3 ] || fail "-i: the dot ended the message"
clear_queue

submit 64 </dev/null
grep -q 'Recipient names must be specified' "$dir/said" || fail "said: $(cat "$dir/said")"
printf 'x\n' | submit 67 no.such.user
grep -q 'no.such.user... User unknown' "$dir/said" || fail "said: $(cat "$dir/said")"
[ -z "$(ls "$dir/mqueue")" ] || fail "left in the queue: $(ls "$dir/mqueue")"
printf 'x\n' | submit 0 -oee no.such.user
clear_queue

sm -bv "$me" no.such.user >"$dir/said" 2>&1
[ $? = 67 ] || fail "-bv: exit"
grep -q "^$me... deliverable: mailer local, user $me\$" "$dir/said" || fail "$(cat "$dir/said")"
printf 'EHLO x\r\nMAIL FROM:<a@far.test>\r\nRCPT TO:<%s>\r\nDATA\r\nS: x\r\n\r\nb\r\n.\r\nQUIT\r\n' "$me" |
    sm -bs -odq >"$dir/said" || fail "-bs: $(cat "$dir/said")"
grep -q '^250 2.0.0 .* Message accepted' "$dir/said" || fail "-bs: $(cat "$dir/said")"
only_job >/dev/null
