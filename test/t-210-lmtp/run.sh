#!/bin/sh
# LMTP over TCP: every recipient has its own answer behind the final dot.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

extra_mc="MAILER_DEFINITIONS
Mlmtp,	P=[IPC], F=lsDFMnmz, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n,
	T=DNS/RFC822/SMTP, A=TCP \$h @SINKPORT@
LOCAL_RULE_0
R\$* < @ lmtp.test \$* > \$*	\$#lmtp \$@ [127.0.0.1] \$: \$1 < @ lmtp.test \$2 > \$3"
make_instance
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --lmtp --port "$sinkport" --log "$dir/dialogue" \
    --messages "$dir/sink" --port-file "$dir/sinkport" --reply 'EOD:full=452 4.2.2 mailbox full' \
    --reply 'RCPT:nobody=550 5.1.1 no such user' &
sink_pid=$!
wait_for "test -f $dir/sinkport"
sm -bi >/dev/null 2>&1
printf 'Subject: x\n\n.body\n' |
    sm -oem -odi -f from@far.test good@lmtp.test full@lmtp.test nobody@lmtp.test >"$dir/out" 2>&1

grep -q 'C: LHLO mx.try.test' "$dir/dialogue" || fail "no LHLO: $(cat "$dir/dialogue")"
grep -q 'to=good@lmtp.test, .*dsn=2.0.0, stat=Sent (accepted as 1)' "$dir/log" || fail "good"
grep -q 'to=full@lmtp.test, .*dsn=4.2.2, .*stat=Deferred: 452 4.2.2 mailbox full' "$dir/log" ||
    fail "full"
grep -q 'to=nobody@lmtp.test, .*dsn=5.1.1, .*stat=User unknown' "$dir/log" || fail "nobody"
[ "$(ls "$dir"/mqueue | grep -c '^qf')" = 1 ] || fail "one job waits for the full mailbox"
grep -q '^R.*full@lmtp.test' "$dir"/mqueue/qf* || fail "the full mailbox is tried again"
! grep -q '^R.*good@lmtp.test' "$dir"/mqueue/qf* || fail "good@ must not get it twice"
