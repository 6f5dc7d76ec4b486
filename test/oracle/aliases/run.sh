#!/bin/sh
# Every case of cases.py: ours answers as the reference did (answers).
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/oracle/safety/cases.sh"
here=$SM_SOURCE_DIR/test/oracle/aliases
compare_cases "$here/aliases.py" "$here/answers" 460
