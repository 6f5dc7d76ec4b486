#!/bin/sh
# A socketmap server whose UNIX socket only root may use, asked from a session that is not root: the
# broker connects. Without the server the answer is temporary; other sockets stay closed.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
extra_mc="LOCAL_CONFIG
Ksock socket unix:@DIR@/private/socket
LOCAL_RULESETS
SLocal_check_rcpt
R\$*	\$: < \$(sock ok \$: absent \$) >
R< value >	\$#error \$@ 5.7.1 \$: \"550 the server says value\"
R\$*	\$@ OK"
make_instance
mkdir -m 700 "$dir/private"
python3 "$SM_SOURCE_DIR/test/util/fake_socketmap" "$dir/port" "$dir/private/socket" 2>/dev/null &
server_pid=$!
trap 'code=$?; kill $server_pid 2>/dev/null; (exit $code); cleanup' EXIT
wait_for "test -f $dir/port"
start_daemon
rcpt() {
    python3 - "$port" <<'PYTHON'
import smtplib, sys
client = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=60)
client.ehlo("client.test")
client.mail("a@try.test")
print(*client.rcpt("root@try.test"))
client.quit()
PYTHON
}
got=$(rcpt)
case $got in
"550 "*"the server says value"*) ;;
*) fail "with the server: $got" ;;
esac
kill $server_pid
wait $server_pid 2>/dev/null
got=$(rcpt)
case $got in
"451 "* | "450 "*) ;;
*) fail "without the server: $got" ;;
esac
