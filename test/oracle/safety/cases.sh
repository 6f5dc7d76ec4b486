# Shell library of the tests that ask a script of cases in namespaces of their own, after lib.sh.

command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
unshare -mn true 2>/dev/null || skip "no namespaces here"
ASAN_OPTIONS=detect_leaks=0 && export ASAN_OPTIONS
MAKEMAP=$makemap && export MAKEMAP
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")

# ask_cases SCRIPT PROGRAM ours|theirs
ask_cases() {
    script=$1 && shift
    sh "$SM_SOURCE_DIR/test/oracle/safety/inside.sh" python3 -B "$script" "$@"
}

# compare_cases SCRIPT ANSWERS MINIMUM: SCRIPT has at least MINIMUM cases, and ours answers each as the
# record says. With SM_ORACLE, the reference binary, it is asked again instead of the record.
compare_cases() {
    ask_cases "$1" "$sendmail" ours >"$dir/ours" 2>&1
    answers=$2
    if [ -n "${SM_ORACLE:-}" ]; then
        answers=$dir/answers
        MAKEMAP=$(dirname "$SM_ORACLE")/makemap ask_cases "$1" "$SM_ORACLE" theirs >"$answers" 2>&1
    fi
    cases=$(grep -c '^[a-z]' "$dir/ours")
    [ "$cases" -ge "$3" ] || fail "only $cases cases: $(tail -n 5 "$dir/ours")"
    diff -u "$answers" "$dir/ours" || fail "answers differ"
    echo "$cases cases agree"
}
