#!/bin/sh
# Programs and files as recipients: arguments, exit statuses, what is appended and what is refused.
. "$SM_SOURCE_DIR/test/util/lib.sh"

# A mailer whose A= does not name the recipient is spoken to in SMTP.
extra_mc="MAILER_DEFINITIONS
Mpipe,	P=/bin/sh, F=lsDFMnm, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, A=sh @DIR@/speaks-smtp
LOCAL_RULE_0
R\$* < @ pipe.test \$* > \$*	\$#pipe \$@ pipe.test \$: \$1 < @ pipe.test \$2 > \$3"
make_instance
mkdir "$dir/out"
[ "$(id -u)" != 0 ] || chmod 777 "$dir/out"
touch "$dir/out/file" "$dir/out/program.sh"
chmod 666 "$dir/out/file"
chmod 755 "$dir/out/program.sh"
cat >"$dir/aliases" <<END
postmaster: root
MAILER-DAEMON: postmaster
keep: "|cat >$dir/out/copy; ls /proc/self/fd >$dir/out/descriptors; env >$dir/out/environment"
nouser: "|exit 67"
odd: "|exit 3"
quoted: "|printf '<%s>' \\"two  words\\" a\\\\ b >$dir/out/quoted"
later: "|exit 75"
killed: "|kill -9 \$\$"
deaf: "|exec 0<&-; exit 0"
file: $dir/out/file
executable: $dir/out/program.sh
nowhere: $dir/nowhere/file
null: /dev/null
END
sm -bi >/dev/null 2>&1

# try ALIAS PATTERN: the log line of a delivery to that alias.
try() {
    : >"$dir/log"
    printf 'Subject: to %s\nFrom: a@x.test\n\nFrom here\nlast line\n' "$1" |
        sm -oem -odi -f "$me@try.test" "$1@try.test" >"$dir/mail.out" 2>&1
    grep -q "$2" "$dir/log" || fail "$1: no line like \"$2\""
}
TZ=Secret/Zone LD_DEBUG=unused export TZ
try keep 'mailer=prog, .*dsn=2.0.0, stat=Sent'
grep -q '^From here$' "$dir/out/copy" || fail "message: $(cat "$dir/out/copy")"
# ls itself opens one more for the directory it lists.
[ "$(tr '\n' ' ' <"$dir/out/descriptors")" = '0 1 2 3 ' ] ||
    fail "descriptors: $(cat "$dir/out/descriptors")"
grep -q '^AGENT=sendmail$' "$dir/out/environment" || fail "no AGENT"
! grep -q '^LD_\|^HOME=\|^PATH=.*:\.' "$dir/out/environment" || fail "environment leaks"
try nouser 'dsn=5.1.1, stat=User unknown'
try odd 'dsn=5.3.0, stat=unknown mailer error 3'
try quoted 'dsn=2.0.0, stat=Sent'
[ "$(cat "$dir/out/quoted")" = '<two  words><a b>' ] || fail "quotes of a command: $(cat "$dir/out/quoted")"
try later 'dsn=4.0.0, stat=Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL'
try killed 'dsn=4.0.0, stat=Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL'
try deaf 'dsn=2.0.0, stat=Sent'
try null 'dsn=2.0.0, stat=Sent'
try file 'dsn=2.0.0, stat=Sent'
try file 'dsn=2.0.0, stat=Sent'
[ "$(grep -c '^From ' "$dir/out/file")" = 2 ] || fail "two messages: $(cat "$dir/out/file")"
[ "$(grep -c '^>From here' "$dir/out/file")" = 2 ] || fail "From lines of the text are escaped"
[ "$(tail -n 1 "$dir/out/file")" = "" ] || fail "an empty line ends a message"
try executable "stat=Can't create output"
try nowhere "stat=Can't create output"
[ ! -s "$dir/out/program.sh" ] || fail "an executable file was written to"

cat >"$dir/speaks-smtp" <<END
echo 220 here
while read -r command; do
    echo "\$command" >>$dir/out/dialogue
    case \$command in
    RCPT*no@*) echo 550 5.1.1 nobody ;;
    DATA*)
        echo 354 go on
        while read -r line && [ "\${line%?}" != . ]; do echo "\$line" >>$dir/out/piped; done
        echo 250 done
        ;;
    QUIT*) echo 221 bye; exit 0 ;;
    *) echo 250 ok ;;
    esac
done
END
chmod 755 "$dir/speaks-smtp"
: >"$dir/log"
printf 'Subject: piped\n\n.text\n' | sm -oem -odi -f "$me@try.test" yes@pipe.test no@pipe.test >"$dir/mail.out" 2>&1
grep -q 'to=yes@pipe.test, .*mailer=pipe, .*dsn=2.0.0, stat=Sent (done)' "$dir/log" || fail "SMTP over pipes"
grep -q 'to=no@pipe.test, .*dsn=5.1.1, .*stat=User unknown' "$dir/log" || fail "SMTP over pipes: refused"
grep -q '^HELO mx.try.test' "$dir/out/dialogue" || fail "dialogue: $(cat "$dir/out/dialogue")"
grep -q '^\.\.text' "$dir/out/piped" || fail "piped: $(cat "$dir/out/piped")"
