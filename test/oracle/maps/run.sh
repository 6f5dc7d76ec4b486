#!/bin/sh
# /map for every class and flag of map_lookups.py: ours answers as the reference did (answers). With
# SM_ORACLE, the reference binary, it is asked again instead of the record.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/oracle/maps
command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
unshare -mn true 2>/dev/null || skip "no namespaces here"
"$makemap" -l | grep -qx hash || skip "built without libdb"
ASAN_OPTIONS=detect_leaks=0 && export ASAN_OPTIONS
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
ask() {
    sh "$here/../safety/inside.sh" python3 -B "$here/map_lookups.py" "$@"
}
ask "$sendmail" "$makemap" ours >"$dir/ours" 2>&1
answers=$here/answers
if [ -n "${SM_ORACLE:-}" ]; then
    answers=$dir/answers
    ask "$SM_ORACLE" "$(dirname "$SM_ORACLE")/makemap" theirs >"$answers" 2>&1
fi
lookups=$(grep -c 'map_lookup\|not open\|returns:' "$dir/ours")
[ "$lookups" -ge 1000 ] || fail "only $lookups lookups: $(tail -n 5 "$dir/ours")"
diff -u "$answers" "$dir/ours" >"$dir/differences" ||
    fail "$(grep -c '^[-+] ' "$dir/differences") lines differ: $(head -n 60 "$dir/differences")"
echo "$lookups lookups agree"
