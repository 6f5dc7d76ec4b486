#!/bin/sh
# Runs the benchmarks and prints figures: micro benchmarks of the build in $1 (an obj.* directory),
# then the load comparison with the peers found on this machine. See README.md beside this file.
set -eu
[ $# -ge 1 ] || { echo "usage: bench/run.sh OBJDIR [compare.py options]" >&2; exit 64; }
obj=$1; shift
here=$(cd "$(dirname "$0")" && pwd -P)
for bench in "$obj"/bench/*_bench; do
    [ -x "$bench" ] && "$bench"
done
[ "$(id -u)" = 0 ] || { echo "bench/run.sh: the load comparison needs root: left out"; exit 0; }
command -v smtp-source >/dev/null || { echo "bench/run.sh: smtp-source not found (package postfix): load comparison left out"; exit 0; }
set -- --ours "$obj/sendmail/main/sendmail" --makemap "$obj/makemap/makemap" --postfix "$@"
exec python3 "$here/load/compare.py" "$@"
