#!/bin/sh
# Accounts of the system: pwcheck_method passwd, shadow and pam of old are saslauthd's today. The real
# one, with an /etc of its own; the session that asks it is not root.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for accounts in an /etc of its own"
    unshare --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --mount sh "$0"
fi
authd=$(command -v saslauthd || echo /usr/sbin/saslauthd)
[ -x "$authd" ] || skip "saslauthd is not installed"
make_instance
cp -a /etc "$dir/etc" 2>/dev/null
mount --bind "$dir/etc" /etc || skip "cannot mount"
echo 'roamer:x:12347:12347:Roaming User:/nonexistent:/bin/sh' >>/etc/passwd
echo 'roamer:x:12347:' >>/etc/group
echo "roamer:$(openssl passwd -6 unix-password):19000:0:99999:7:::" >>/etc/shadow
printf 'auth required pam_unix.so\naccount required pam_unix.so\n' >/etc/pam.d/smtp
mkdir -p "$dir/sasl"
printf 'pwcheck_method: saslauthd\nsaslauthd_path: %s\nmech_list: PLAIN LOGIN\n' "$dir/mux/mux" \
    >"$dir/sasl/Sendmail.conf"
extra_mc="define(\`confAUTH_MECHANISMS', \`PLAIN LOGIN')dnl
LOCAL_CONFIG
ESASL_CONF_PATH=$dir/sasl"
configure_instance
start_daemon
for method in pam shadow getpwent; do
    rm -rf "$dir/mux"
    mkdir -m 710 "$dir/mux"
    case $method in
    # It reads the second field of passwd only.
    getpwent) sed -i "s,^roamer:x:,roamer:$(openssl passwd -6 unix-password):," /etc/passwd ;;
    esac
    setsid "$authd" -d -n 1 -a "$method" -m "$dir/mux" >"$dir/authd.out" 2>&1 &
    sink_pid=$!
    wait_for "test -S $dir/mux/mux"
    talk "$method" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO roaming.example
S: ... 250-AUTH PLAIN LOGIN
S: ... 250 HELP
auth PLAIN roamer wrong = 535
auth LOGIN nobody-here unix-password = 535
auth PLAIN roamer unix-password
TALK
    kill "$sink_pid"
    wait "$sink_pid" 2>/dev/null
    sink_pid=
done
[ "$(grep -c 'AUTH=server, relay=.*, authid=roamer@\?.*, mech=PLAIN, bits=0' "$dir/log")" = 3 ] || fail "log"
