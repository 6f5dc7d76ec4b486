#!/bin/sh
# The crash ledger of the queue: every file call of accepting and delivering is a place to stop.
# SM_BUILD_DIR: the build. SM_CRASH_MESSAGES: messages per run (default 3), SM_CRASH_EVERY: only
# every n-th place (default 1), SM_CRASH_MODES: comma-separated ways to stop (default all).
here=$(cd "$(dirname "$0")" && pwd)
driver=${SM_BUILD_DIR:?}/test/crash/queue_driver
shim=$SM_BUILD_DIR/test/crash/libfault_shim.so
command -v python3 >/dev/null 2>&1 || { echo "SKIP: no python3"; exit 77; }
[ -x "$driver" ] && [ -e "$shim" ] || { echo "SKIP: built with sanitizers"; exit 77; }
exec python3 "$here/ledger.py" "$driver" "$shim" --messages "${SM_CRASH_MESSAGES:-3}" \
    --every "${SM_CRASH_EVERY:-1}" ${SM_CRASH_MODES:+--modes "$SM_CRASH_MODES"} -v
