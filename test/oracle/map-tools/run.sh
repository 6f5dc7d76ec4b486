#!/bin/sh
# makemap, newaliases and praliases with every input of cases.py: output, exit status and files as
# with the reference (answers). With SM_ORACLE, the reference binary, it is asked again instead.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/oracle/map-tools
command -v python3 >/dev/null || skip "python3 is not installed"
command -v db5.3_dump >/dev/null || skip "db5.3_dump is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
unshare -mn true 2>/dev/null || skip "no namespaces here"
"$makemap" -l | grep -qx hash || skip "built without libdb"
ASAN_OPTIONS=detect_leaks=0 && export ASAN_OPTIONS
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
ask() {
    sh "$here/../safety/inside.sh" python3 -B "$here/map_tools.py" "$@"
}
ask "$sendmail" "$makemap" "$SM_BUILD_DIR/praliases/praliases" >"$dir/ours" 2>&1
answers=$here/answers
if [ -n "${SM_ORACLE:-}" ]; then
    answers=$dir/answers
    bin=$(dirname "$SM_ORACLE")
    ask "$SM_ORACLE" "$bin/makemap" "$bin/praliases" >"$answers" 2>&1
fi
cases=$(grep -c '^[a-z]' "$dir/ours")
[ "$cases" -ge 200 ] || fail "only $cases cases: $(tail -n 5 "$dir/ours")"
diff -u "$answers" "$dir/ours" >"$dir/differences" ||
    fail "$(grep -c '^[-+] ' "$dir/differences") lines differ: $(head -n 60 "$dir/differences")"
echo "$cases cases agree"
