#!/bin/sh
# inside.sh COMMAND...: runs a command on a host named mx.case.test, in a network of its own, whose name
# server says what `zone` says; an MTA-STS resolver says what `policies` says.
# Exit status 77: not possible here.
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${SM_INSIDE:-}" ]; then
    command -v unshare >/dev/null && command -v m4 >/dev/null && command -v python3 >/dev/null || exit 77
    map=
    [ "$(id -u)" = 0 ] || map=--map-root-user
    unshare $map --net --mount --uts true 2>/dev/null || exit 77
    SM_INSIDE=1 exec unshare $map --net --mount --uts sh "$0" "$@"
fi
hostname mx.case.test || exit 77
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || exit 77
work=$(mktemp -d "${TMPDIR:-/tmp}/cf-golden-dns.XXXXXX")
printf 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n' >"$work/resolv.conf"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$work/hosts"
mount --bind "$work/resolv.conf" /etc/resolv.conf && mount --bind "$work/hosts" /etc/hosts || exit 77
python3 "$here/../util/fake_dns" 127.0.0.1 53 "$here/zone" &
dns=$!
python3 "$here/../util/fake_sts" 5461 "$here/policies" &
sts=$!
sleep 0.3
"$@"
status=$?
kill $dns $sts 2>/dev/null
umount /etc/resolv.conf /etc/hosts 2>/dev/null
rm -rf "$work"
exit $status
