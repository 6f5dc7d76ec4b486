#!/bin/sh
# format.sh: formats every C++ file in place; --check: lists what is not formatted, exit 1.
cd "$(dirname "$0")/../.." || exit 1
command -v clang-format >/dev/null || { echo "SKIP: clang-format is not installed"; exit 77; }
files=$(find lib* sendmail makemap editmap praliases mailstats vacation smrsh mail.local rmail bench test \
    \( -name '*.cc' -o -name '*.h' \) 2>/dev/null)
if [ "${1:-}" = --check ]; then
    exec clang-format --dry-run --Werror $files
fi
exec clang-format -i $files
