#!/bin/sh
# Submission by sendmail -t and by arguments: recipients, exit codes, header fields, dead.letter.
. "$SM_SOURCE_DIR/test/util/lib.sh"

make_instance
sm -bi >/dev/null 2>&1 || fail "newaliases"
# What newaliases refuses is in the log too.
cp "$dir/aliases" "$dir/good"
printf 'twice: daemon\ntwice: daemon\nno colon\n' >>"$dir/aliases"
sm -bi >"$dir/out" 2>&1
[ $? = 70 ] || fail "newaliases of a bad file: $(cat "$dir/out")"
grep -q "NOQUEUE: SYSERR($me): $dir/aliases: line [0-9]*: missing colon" "$dir/log" || fail "a refused alias is not in the log"
! grep -q 'SYSERR.*duplicate' "$dir/log" || fail "a warning is in the log as an error"
mv "$dir/good" "$dir/aliases"
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

# What From: and AUTH= are made of: the sender as this host writes it, with the name of its account.
# from FLAGS FROM AUTH
from() {
    # shellcheck disable=SC2086
    printf 'Subject: x\n\nbody\n' | submit 0 $1 "$me"
    job=$(only_job)
    printf '%s\n' "$job" | grep -qxF "H?F?From: $2" || fail "$1: no From: $2 in: $job"
    printf '%s\n' "$job" | grep -qxF "A$3" || fail "$1: no A$3 in: $job"
    clear_queue
}
name=$(getent passwd daemon | cut -d: -f5 | cut -d, -f1)
for trusted in $([ "$(id -u)" != 0 ] || echo yes); do
    from '-f daemon' "$name <daemon>" daemon@mx.try.test
    from '-f daemon+x=y' "$name <daemon+x=y>" daemon+2Bx+3Dy@mx.try.test
    from '-f Daemon@mx.try.test' "$name <Daemon@mx.try.test>" Daemon@mx.try.test
    from '-f nobody-of-that-name' nobody-of-that-name nobody-of-that-name@mx.try.test
    from '-F X -f nobody-of-that-name' 'X <nobody-of-that-name>' nobody-of-that-name@mx.try.test
    from '-F X -f a@far.test' a@far.test a@far.test
    from '-f a@far.test.' a@far.test a@far.test
    from '-F X' "X <$me>" "$me@mx.try.test"
done

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
