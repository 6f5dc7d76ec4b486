#!/bin/sh
# vacation: who gets an answer, and what sendmail is called with. A stand-in takes the place of
# sendmail in a file system name space of its own.
. "$SM_SOURCE_DIR/test/util/lib.sh"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a name space of its own"
    unshare --mount true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare --mount sh "$0"
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
mkdir "$dir/sbin"
cat >"$dir/sbin/sendmail" <<END
#!/bin/sh
{ echo "\$*"; cat; } >>$dir/sent
END
chmod 755 "$dir/sbin/sendmail"
mount --bind "$dir/sbin" /usr/sbin || skip "cannot mount"
vacation() { "$SM_BUILD_DIR/vacation/vacation" -d -U -f "$dir/db" -m "$dir/msg" "$@"; }
printf 'Subject: away\n\nI am away.\n' >"$dir/msg"

# answered SENDER HEADERS OPTIONS...; 1 or 0 answers.
answers() {
    want=$1 sender=$2 headers=$3
    shift 3
    rm -f "$dir/sent"
    printf 'From %s Mon Nov 23 10:00:00 2026\n%b\n\nbody\n' "$sender" "$headers" |
        vacation "$@" eric >"$dir/out" 2>&1 || fail "$sender: exit $?: $(cat "$dir/out")"
    got=0
    [ ! -f "$dir/sent" ] || got=1
    [ "$got" = "$want" ] || fail "$sender: $got answers, not $want"
}
vacation -i eric || fail "-i"
answers 1 a@b.c 'To: eric@h\nSubject: hi'
[ "$(cat "$dir/sent")" = "-oi -f eric -- a@b.c
To: a@b.c
Auto-Submitted: auto-replied
Subject: away

I am away." ] || fail "the answer: $(cat "$dir/sent")"
answers 0 a@b.c 'To: eric@h'
answers 0 b@b.c 'To: joe@h'
answers 1 b@b.c 'To: joe@h' -j
answers 1 c@b.c 'To: allman@h' -a allman
answers 0 d@b.c 'To: eric\nPrecedence: bulk'
answers 0 e-request@b.c 'To: eric'
answers 0 -oQ/tmp 'To: eric'
answers 1 f@b.c 'To: eric' -z
head -n 1 "$dir/sent" | grep -qx -e '-oi -f <> -- f@b.c' || fail "-z"
answers 1 g@b.c 'To: eric' -R back@h
head -n 1 "$dir/sent" | grep -qx -e '-oi -f back@h -- g@b.c' || fail "-R"
printf 'no@x\n@dom.test\n' | vacation -x eric || fail "-x"
answers 0 no@x 'To: eric'
answers 0 u@dom.test 'To: eric'
vacation -l eric | grep -q '^a@b.c  *[A-Z][a-z][a-z] ' || fail "-l"
vacation -l eric | grep -q '^no@x  *(exclusion)$' || fail "-l: $(vacation -l eric)"
[ "$(stat -c %a "$dir/db.db")" = 640 ] || fail "mode"

status() {
    want=$1
    shift
    "$SM_BUILD_DIR/vacation/vacation" -d "$@" </dev/null >"$dir/out" 2>&1
    got=$?
    [ "$got" = "$want" ] || fail "vacation $*: exit $got, not $want: $(cat "$dir/out")"
}
status 64
status 64 -q eric
status 67 no-such-user
status 66 -U eric
status 65 -U -f "$dir/db" -m "$dir/msg" eric
