#!/bin/sh
# Runs every test of a build and ends with "N passed, N failed, N skipped"; see run_tests.py.
exec python3 "$(dirname "$0")/run_tests.py" "$@"
