#!/bin/sh
# What our cf tree and our program answer and declare, against what the reference's do (recorded): see
# README.md. With SM_ORACLE=DIR (bin/sendmail, bin/makemap, cf): the other two combinations too.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here="$SM_SOURCE_DIR/test/cf-golden"
tree="$SM_SOURCE_DIR/cf"
command -v m4 >/dev/null && command -v python3 >/dev/null || skip "needs m4 and python3"
work=$(mktemp -d "${TMPDIR:-/tmp}/cf-golden.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
TMPDIR=$work
export TMPDIR
"$here/ostypes" "$tree" || fail "an OSTYPE declares something else"
python3 "$here/errors.py" "$tree" || fail "a wrong file is not told so"
python3 "$here/proofs.py" "$tree" || fail "a feature is not covered by a case"
"$here/inside.sh" "$here/verify" "$tree" "$sendmail" "$makemap" || {
    [ $? = 77 ] && skip "no name spaces here"
    fail "answers differ"
}
[ -z "${SM_ORACLE:-}" ] || {
    "$here/inside.sh" "$here/verify" "$tree" "$SM_ORACLE/bin/sendmail" "$SM_ORACLE/bin/makemap" &&
        "$here/inside.sh" "$here/verify" -a "$SM_ORACLE/cf" "$sendmail" "$makemap" || fail "live answers differ"
}
