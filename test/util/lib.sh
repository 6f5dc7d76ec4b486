# Shell library of the transcript tests: a private instance of the daemon under a temporary folder.
# A test sources it and calls, for example:
#
#     . "$SM_SOURCE_DIR/test/util/lib.sh"
#     make_instance            # $dir, $port, $sinkport; extra .mc lines in $extra_mc, before it
#     start_daemon -q1h
#     send_smtp from@x.test "$me" <message
#     wait_for "test -s $dir/mail/$me"
#
# Everything is stopped and removed when the test ends (kept with SM_KEEP=1).

: "${SM_BUILD_DIR:?}" "${SM_SOURCE_DIR:?}"
sendmail=$SM_BUILD_DIR/sendmail/main/sendmail
makemap=$SM_BUILD_DIR/makemap/makemap
maillocal=$SM_BUILD_DIR/mail.local/mail.local
me=$(id -un)
extra_mc=
dir=
daemon_pid=
# Programs linked with AddressSanitizer leak nothing that matters at the end of a test's helper.
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} && export ASAN_OPTIONS

fail() {
    echo "FAILED: $*"
    [ ! -f "$dir/log" ] || { echo "--- log"; tail -n 40 "$dir/log"; }
    exit 1
}

skip() {
    echo "SKIP: $*"
    exit 77
}

cleanup() {
    status=$?
    stop_daemon
    [ -z "${sink_pid:-}" ] || kill "$sink_pid" 2>/dev/null
    [ -n "${SM_KEEP:-}" ] || [ -z "$dir" ] || rm -rf "$dir"
    exit $status
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# wait_for COMMAND [SECONDS]: until the shell command succeeds; fails the test otherwise.
wait_for() {
    left=$((${2:-15} * 20))
    until eval "$1"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "waited in vain for: $1"
        sleep 0.05
    done
}

free_port() {
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr=>"127.0.0.1",Listen=>1)->sockport'
}

# wait_port PORT: until something listens there on loopback.
wait_port() {
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$1)' 2>/dev/null"
}

# start_sink: the next hop, on $sinkport; messages and envelopes in $dir/sink.
start_sink() {
    python3 "$SM_SOURCE_DIR/test/util/fake_smtpd.py" "$sinkport" "$dir/sink" >"$dir/sink.out" 2>&1 &
    sink_pid=$!
    wait_port "$sinkport"
}

# expand_mc IN OUT: through our own cf tree, or the one that SM_CF_TREE names.
expand_mc() {
    tree=${SM_CF_TREE:-$SM_SOURCE_DIR/cf}
    m4 -D_CF_DIR_="$tree/" "$tree/m4/cf.m4" "$1" >"$2" 2>"$2.err" ||
        fail "m4 $1: $(cat "$2.err")"
}

make_instance() {
    dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
    chmod 755 "$dir"
    port=$(free_port)
    sinkport=${sinkport:-$(free_port)}
    mkdir "$dir/mqueue" "$dir/mail" "$dir/forward" "$dir/sink"
    chmod 700 "$dir/mqueue"
    [ "$(id -u)" != 0 ] || chmod 1777 "$dir/mail"
    printf 'hosts\tfiles\naliases\tfiles\npasswd\tfiles\n' >"$dir/service.switch"
    printf '127.0.0.1\tlocalhost\n127.0.0.1\tmx.try.test try.test\n' >"$dir/hosts"
    printf 'mx.try.test\ntry.test\nlocalhost\n' >"$dir/local-host-names"
    printf '#vers\t2\nsmtp\tTopics: HELO EHLO MAIL RCPT DATA\n' >"$dir/helpfile"
    [ -f "$dir/aliases" ] || printf 'postmaster: root\nMAILER-DAEMON: postmaster\n' >"$dir/aliases"
    configure_instance
}

# Writes sendmail.cf from instance.mc and $extra_mc; again after a change.
configure_instance() {
    printf '%s\n' "$extra_mc" >"$dir/extra.mc"
    sed -e "/^@EXTRA@/{
r $dir/extra.mc
d
}" -e "s,@DIR@,$dir,g; s,@PORT@,$port,g; s,@SINKPORT@,$sinkport,g; s,@MAILLOCAL@,$maillocal,g" \
        "$SM_SOURCE_DIR/test/util/instance.mc" >"$dir/sendmail.mc"
    sed -i "s,@DIR@,$dir,g; s,@PORT@,$port,g; s,@SINKPORT@,$sinkport,g" "$dir/sendmail.mc"
    expand_mc "$dir/sendmail.mc" "$dir/sendmail.cf"
}

sm() {
    "$sendmail" -C"$dir/sendmail.cf" "$@"
}

start_daemon() {
    sm -bi >"$dir/newaliases.out" 2>&1 || fail "newaliases: $(cat "$dir/newaliases.out")"
    # Not through sm(): the pid must be the daemon's own.
    "$sendmail" -C"$dir/sendmail.cf" -L sm-mta -bD "$@" >"$dir/daemon.out" 2>&1 &
    daemon_pid=$!
    left=300
    until perl -MIO::Socket::INET -e "exit !IO::Socket::INET->new(PeerAddr=>'127.0.0.1',PeerPort=>$port)" 2>/dev/null; do
        kill -0 "$daemon_pid" 2>/dev/null || fail "the daemon ended: $(cat "$dir/daemon.out")"
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "the daemon does not listen on port $port"
        sleep 0.05
    done
}

stop_daemon() {
    [ -n "$daemon_pid" ] || return 0
    kill "$daemon_pid" 2>/dev/null
    wait "$daemon_pid" 2>/dev/null
    daemon_pid=
}

# smtp_talk HOST PORT: sends the lines of standard input one command at a time, "." and DATA text
# included, and prints every reply.
smtp_talk() {
    perl -MIO::Socket::INET -e '
        my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1]) or die "connect: $!\n";
        sub reply { while (defined(my $l = <$s>)) { print $l; return $l if $l !~ /^\d{3}-/ } exit 1 }
        my ($data) = (0);
        reply();
        while (my $line = <STDIN>) {
            chomp $line;
            print $s "$line\r\n";
            if ($data) { next unless $line eq "."; $data = 0 }
            my $r = reply();
            $data = 1 if $line =~ /^DATA$/i && $r =~ /^354/;
        }' "$1" "$2"
}

# send_smtp SENDER RECIPIENT...: the message on standard input through the daemon's port.
send_smtp() {
    {
        echo "EHLO client.test"
        echo "MAIL FROM:<$1>"
        shift
        for recipient; do echo "RCPT TO:<$recipient>"; done
        echo DATA
        sed 's/^\./../'
        echo .
        echo QUIT
    } | smtp_talk 127.0.0.1 "$port" >"$dir/smtp.out" || fail "SMTP: $(cat "$dir/smtp.out")"
    grep -q '^250 2.0.0 .* Message accepted for delivery' "$dir/smtp.out" ||
        fail "not accepted: $(cat "$dir/smtp.out")"
}
