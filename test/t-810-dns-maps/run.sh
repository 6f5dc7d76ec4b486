#!/bin/sh
# Map classes dns and bestmx: what test mode and rules get from a name server of our own. The
# wanted lines were recorded from the reference program.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a network of its own"
    unshare --net --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --net --mount sh "$0"
fi
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || skip "cannot set up loopback"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
here=$SM_SOURCE_DIR/test/t-810-dns-maps
printf 'nameserver 127.0.0.1\nsearch search.test\n' >"$dir/resolv.conf"
mount --bind "$dir/resolv.conf" /etc/resolv.conf || skip "cannot replace resolv.conf"
python3 "$SM_SOURCE_DIR/test/util/fake_dns" 127.0.0.1 53 "$here/zone" &
dns_pid=$!
trap 'code=$?; kill $dns_pid 2>/dev/null; (exit $code); cleanup' EXIT
wait_port 53
# A case is COMMAND|ANSWER.
cut -d'|' -f1 "$here/cases" >"$dir/commands"
cut -d'|' -f2- "$here/cases" >"$dir/wanted"
(cd "$here" && timeout 120 "${ORACLE:-$sendmail}" -C test.cf -bt <"$dir/commands") >"$dir/out" 2>&1
sed -n 's/^> map_lookup: [^ ]* ([^)]*) //p; s/^[A-Z][0-9]* *returns: /rule: /p' "$dir/out" >"$dir/got"
diff "$dir/wanted" "$dir/got" || fail "answers differ (wanted <, got >)"
grep -q '^test.cf: line 39: dns map bad: wrong type XYZ$' "$dir/out" || fail "no complaint about -R XYZ"
grep -q '^test.cf: line 40: dns map without: missing -R type$' "$dir/out" || fail "no complaint about no -R"
