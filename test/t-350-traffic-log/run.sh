#!/bin/sh
# -X FILE: what is said to clients, servers and mailers, line by line; never a password.
. "$SM_SOURCE_DIR/test/util/lib.sh"
make_instance
sm -bi >/dev/null 2>&1 || fail "newaliases"
start_sink
touch "$dir/log"

# shown FILE: the lines without process ids, ids of messages and dates.
shown() {
    sed -e 's/^[0-9]\{5,\} //' -e 's/\r$/^M/' "$1"
}
# has FILE LINE...: these lines, in this order.
has() {
    file=$1
    shift
    shown "$file" >"$dir/shown"
    at=0
    for line in "$@"; do
        found=$(tail -n "+$((at + 1))" "$dir/shown" | grep -nxF -e "$line" | head -n 1 | cut -d: -f1)
        [ -n "$found" ] || fail "no line \"$line\" behind line $at of: $(cat "$dir/shown")"
        at=$((at + found))
    done
}

# A submitted message that goes to a program and to a server.
printf 'Subject: x\n\nbody\n.dot\n' | sm -X "$dir/x1" -oi -oem -odi "$me" a@far.test >"$dir/out" 2>&1 ||
    fail "sendmail -X: $(cat "$dir/out")"
exec_line="=== EXEC mail.local -n -p $dir/mail -f $me@mx.try.test $me"
has "$dir/x1" '<<< Subject: x' '<<< ' '<<< body' '<<< .dot' '<<< [EOF]'
has "$dir/x1" "$exec_line" '>>> Subject: x' '>>> ' '>>> body' '>>> .dot' '<<< [EOF]'
has "$dir/x1" '=== CONNECT [127.0.0.1]' '>>> EHLO mx.try.test' ">>> MAIL From:<$me@mx.try.test> SIZE=22" \
    '>>> RCPT To:<a@far.test>' '>>> DATA' '>>> body' '>>> ..dot' '>>> .' '>>> QUIT'
[ "$(stat -c %a "$dir/x1")" = 600 ] || fail "mode of the log: $(stat -c %a "$dir/x1")"
[ "$(cut -d' ' -f1 "$dir/x1" | grep -vc '^[0-9]\{5,\}$')" = 0 ] || fail "lines without a process id"

# A session; AUTH is not offered here, which keeps nothing from asking for it.
{
    sleep 1
    printf 'EHLO client.test\r\nAUTH PLAIN AGEAY2FuYXJ5\r\nMAIL FROM:<a@far.test>\r\nRCPT TO:<%s>\r\n' "$me"
    printf 'DATA\r\n'
    sleep 1
    printf 'Subject: y\r\n\r\n..dot\r\n.\r\nQUIT\r\n'
} | sm -X "$dir/x2" -odq -bs >/dev/null || fail "sendmail -bs -X"
has "$dir/x2" '<<< EHLO client.test^M' '<<< AUTH PLAIN ****^M' '<<< MAIL FROM:<a@far.test>^M' \
    '>>> 250 2.1.0 <a@far.test>... Sender ok' '>>> 354 End data with <CR><LF>.<CR><LF>' \
    '<<< Subject: y^M' '<<< ^M' '<<< ..dot^M' '<<< .^M' '<<< QUIT^M'
! grep -q AGEAY2FuYXJ5 "$dir/x2" || fail "a password in the log"

# Appended to a log of one's own, by the queue run too.
sm -X "$dir/x2" -q >"$dir/out" 2>&1 || fail "sendmail -q -X: $(cat "$dir/out")"
wait_for "grep -q EXEC $dir/x2 && tail -n 1 $dir/x2 | grep -q EOF"
has "$dir/x2" '<<< QUIT^M' "=== EXEC mail.local -n -p $dir/mail -f a@far.test $me" '>>> .dot'

# What cannot be opened, and what is no such log (root may say which file it means).
sm -X "$dir/none/x" -bv root >"$dir/out" 2>&1
[ $? = 73 ] || fail "exit status: $(cat "$dir/out")"
grep -qx "cannot open $dir/none/x: No such file or directory" "$dir/out" || fail "$(cat "$dir/out")"
ln -s "$dir/x1" "$dir/link"
sm -X "$dir/link" -bv root >"$dir/out" 2>&1
[ $? = 73 ] || fail "a link was followed: $(cat "$dir/out")"
if [ "$(id -u)" != 0 ]; then
    echo '<?php' >"$dir/page.php"
    echo x | sm -X "$dir/page.php" -bv root >"$dir/out" 2>&1
    [ $? = 73 ] || fail "appended to a file that is no log: $(cat "$dir/out")"
    [ "$(cat "$dir/page.php")" = '<?php' ] || fail "the file was changed"
fi
echo ok
