#!/bin/sh
# Classes dns, bestmx and host, /mx and $[ $] with a real name server (nsd): every type of record, search lists, aliases,
# answers that need TCP. answers: what the reference program said (record). With SM_ORACLE it is asked again instead.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/t-812-name-server
command -v nsd >/dev/null || skip "nsd is not installed"
[ "$(id -u)" = 0 ] || skip "needs root for a network of its own"
unshare --net --mount --uts true 2>/dev/null || skip "no name spaces here"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
mkdir "$dir/ours" "$dir/theirs"
unshare --net --mount --uts sh "$here/ask.sh" "$sendmail" "$dir/ours" >"$dir/got" || fail "ask: $(cat "$dir/got")"
wanted=$here/answers
if [ -n "${SM_ORACLE:-}" ]; then
    wanted=$dir/wanted
    unshare --net --mount --uts sh "$here/ask.sh" "$SM_ORACLE" "$dir/theirs" >"$wanted" || fail "ask the reference"
fi
diff "$wanted" "$dir/got" || fail "answers differ (wanted <, got >)"
