#!/bin/sh
# Maps with -D in delivery mode d: mail is taken in without them, the queue run asks them.
. "$SM_SOURCE_DIR/test/util/lib.sh"
"$makemap" -l | grep -qx hash || skip "built without libdb"
extra_mc="define(\`confDELIVERY_MODE', \`deferred')
LOCAL_CONFIG
Kd hash -D @DIR@/d
LOCAL_RULE_0
R\$+ < @ moved.test \$* > \$*	\$#local \$: \$(d \$1 \$: nosuchuser \$)"
make_instance
printf 'somebody\t%s\n' "$me" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/d" || fail "makemap"
printf 'Subject: one\n\nfirst\n' | sm -f a@moved.test somebody@moved.test || fail "not taken in: $?"
sm -bp >"$dir/bp"
grep -q 'somebody@moved.test' "$dir/bp" || fail "not queued: $(cat "$dir/bp")"
sm -q >"$dir/q.out" 2>&1
wait_for "grep -q '^first' '$dir/mail/$me' 2>/dev/null"
start_daemon
printf 'Subject: two\n\nsecond\n' | send_smtp a@moved.test somebody@moved.test another@moved.test
sm -bp >"$dir/bp"
for name in somebody another; do
    grep -q "$name@moved.test" "$dir/bp" || fail "$name is not queued: $(cat "$dir/bp")"
done
sm -q >"$dir/q.out" 2>&1
wait_for "grep -q '^second' '$dir/mail/$me'"
[ "$(grep -c 'to=<*another@moved.test>*.*User unknown' "$dir/log")" = 1 ] || fail "another: $(cat "$dir/log")"
! grep -q 'to=<*somebody@moved.test.*User unknown' "$dir/log" || fail "returned"
