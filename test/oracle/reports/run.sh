#!/bin/sh
# Every case of cases.py: ours tells of programs, members and lists that fail, and of generated nests of
# lists, what the reference told (answers): mailboxes, reports, queue files and log lines.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/oracle/safety/cases.sh"
here=$SM_SOURCE_DIR/test/oracle/reports
compare_cases "$here/reports.py" "$here/answers" 230
