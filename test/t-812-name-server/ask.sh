#!/bin/sh
# ask.sh PROGRAM DIR: what the program answers with a name server of our own (nsd) on 127.0.0.1. Runs in
# network, mount and uts namespaces of its own.
here=$(cd "$(dirname "$0")" && pwd)
program=$1 dir=$2
ip link set lo up && hostname mx.zone.test || exit 77
printf 'nameserver 127.0.0.1\nsearch zone.test\n' >"$dir/resolv.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf || exit 77
cp "$here/zone" "$here/reverse" "$here/root" "$dir"
sed "s,@DIR@,$dir,g" "$here/nsd.conf" >"$dir/nsd.conf"
printf 'hosts\tdns files\naliases\tfiles\npasswd\tfiles\n' >"$dir/switch"
printf '127.0.0.1\tlocalhost\n192.0.2.77\tinfile.zone.test infile\n' >"$dir/hosts"
nsd -d -c "$dir/nsd.conf" >"$dir/nsd.out" 2>&1 &
server=$!
trap 'kill $server' EXIT
left=100
until perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 53)' 2>/dev/null; do
    left=$((left - 1))
    [ $left -gt 0 ] || { echo "nsd: $(cat "$dir/nsd.out" "$dir/nsd.log")" && exit 1; }
    sleep 0.1
done
python3 "$here/make_cases.py" cf | sed "s,@DIR@,$dir,g" >"$dir/cf"
python3 "$here/make_cases.py" commands >"$dir/commands"
timeout 300 "$program" -C "$dir/cf" -bt <"$dir/commands" 2>&1 | sed "s,$dir,@DIR@,g
/^ADDRESS TEST MODE/d; /^Enter </d; s/^> //; / input: /d
/^map_lookup: bm/s/no match (.*/no match/"
