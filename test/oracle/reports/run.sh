#!/bin/sh
# Every case of cases.py: ours tells of programs, members and lists that fail, and of generated nests of
# lists, what the reference told (answers): mailboxes, reports, queue files and log lines. With
# SM_ORACLE, the reference binary, it is asked again instead of the record.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/oracle/reports
command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
unshare -mn true 2>/dev/null || skip "no namespaces here"
ASAN_OPTIONS=detect_leaks=0 && export ASAN_OPTIONS
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
ask() {
    sh "$here/../safety/inside.sh" python3 -B "$here/reports.py" "$@"
}
ask "$sendmail" ours >"$dir/ours" 2>&1
answers=$here/answers
if [ -n "${SM_ORACLE:-}" ]; then
    answers=$dir/answers
    ask "$SM_ORACLE" theirs >"$answers" 2>&1
fi
cases=$(grep -c '^[a-z]' "$dir/ours")
[ "$cases" -ge 200 ] || fail "only $cases cases: $(tail -n 5 "$dir/ours")"
diff -u "$answers" "$dir/ours" || fail "answers differ"
echo "$cases cases agree"
