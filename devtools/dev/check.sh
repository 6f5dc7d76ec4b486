#!/bin/sh
# Before a commit: format of the files that change, layers, sizes, build, unit and lint tests.
cd "$(dirname "$0")/../.." || exit 1
changed=$(git diff --name-only --diff-filter=d HEAD -- '*.cc' '*.h')
status=0
[ -z "$changed" ] || clang-format --dry-run --Werror $changed || status=1
for lint in check_includes check_size check_clean; do
    python3 "devtools/dev/$lint.py" . || status=1
done
sh Build -v dev all && ctest --test-dir "$(ls -d obj.*.dev | head -n 1)" -L 'unit|lint' \
    --output-on-failure || status=1
exit $status
