#!/bin/sh
# Every row of the file safety matrix: ours decides as the reference did (answers). With SM_ORACLE,
# the reference binary, it is asked again instead of the record.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/oracle/safety
command -v python3 >/dev/null || skip "python3 is not installed"
[ "$(id -u)" = 0 ] || skip "needs root"
unshare -mn true 2>/dev/null || skip "no namespaces here"
ASAN_OPTIONS=detect_leaks=0 && export ASAN_OPTIONS
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
chmod 755 "$dir"
printf 'key value\n' | "$makemap" -C /dev/null hash "$dir/hash" || fail "makemap"
printf 'key value\n' | "$makemap" -C /dev/null btree "$dir/btree" || fail "makemap"
printf 'list other\n' | "$makemap" -C /dev/null -N hash "$dir/aliases" || fail "makemap"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mx.try.test -days 3650 \
    -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null || skip "openssl is not installed"
ask() {
    sh "$here/inside.sh" python3 -B "$here/matrix.py" "$1" "$dir" "$2" "$3"
}
# Two halves at a time.
first='^(aliasdb|aliastext|class|forward|helpfile|mailfile)'
second='^(?!aliasdb|aliastext|class|forward|helpfile|mailfile)'
ask "$sendmail" ours "$first" >"$dir/ours.1" 2>&1 &
ask "$sendmail" ours "$second" >"$dir/ours.2" 2>&1
wait
cat "$dir/ours.1" "$dir/ours.2" >"$dir/ours"
answers=$here/answers
if [ -n "${SM_ORACLE:-}" ]; then
    answers=$dir/answers
    { ask "$SM_ORACLE" theirs "$first"; ask "$SM_ORACLE" theirs "$second"; } >"$answers" 2>&1
fi
rows=$(grep -c '^[a-z]' "$dir/ours")
[ "$rows" -ge 200 ] || fail "only $rows rows: $(tail -n 5 "$dir/ours")"
diff -u "$answers" "$dir/ours" >"$dir/differences" ||
    fail "$(grep -c '^[-+] ' "$dir/differences") lines differ: $(head -n 60 "$dir/differences")"
echo "$rows rows agree"
