#!/bin/sh
# See README.md. Exit 0: all the same, 1: differences.
set -eu
: "${SM_BUILD_DIR:?}"
ours=$SM_BUILD_DIR/sendmail/main/sendmail
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$ours" ] || { echo "SKIP: no sendmail in this build"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/bt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
. "$here/lib.sh"
bad=0
lines=0
for cf in "$here"/cases/*.cf; do
    name=$(basename "$cf" .cf)
    prepare "$name"
    answer "$ours" "$name" | sed "s,$work,@DIR@,g" >"$work/$name.got"
    lines=$((lines + $(wc -l <"$here/cases/$name.in")))
    if ! diff -u "$here/cases/$name.expected" "$work/$name.got"; then bad=$((bad + 1)); fi
    [ -n "${SM_ORACLE:-}" ] || continue
    answer "$SM_ORACLE" "$name" | sed "s,$work,@DIR@,g" >"$work/$name.live"
    if ! diff -u "$work/$name.live" "$work/$name.got"; then bad=$((bad + 1)); fi
done
echo "$lines commands in $(ls "$here"/cases/*.cf | wc -l) cases, $bad cases differ"
if [ -n "${SM_ORACLE:-}" ]; then
    python3 "$here/random_rules.py" "$SM_ORACLE" "$ours" "$work" || bad=$((bad + 1))
fi
[ "$bad" = 0 ]
