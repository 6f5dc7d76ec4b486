#!/bin/sh
# A map that cannot tell (class fail) at each place where a lookup decides: the answer is 4xx, or the message is
# kept; nothing is refused for good, relayed or lost.
. "$SM_SOURCE_DIR/test/util/lib.sh"
make_instance
start_sink
base="FEATURE(\`delay_checks')dnl"

# try NAME ALLOWED MC [RECIPIENT [SENDER]]: a configuration with one failing map; ALLOWED: refused (4xx somewhere), queued
# (accepted and kept), or both words.
try() {
    name=$1 allowed=$2 recipient=${4:-user@far.test} sender=${5:-a@from.test}
    stop_daemon
    rm -rf "$dir/mqueue"/* "$dir/sink"/* "$dir/log"
    extra_mc="$base
$3"
    configure_instance
    start_daemon
    {
        printf 'EHLO c.test\nMAIL FROM:<%s>\nRCPT TO:<%s>\nDATA\nSubject: %s\n\ntext\n.\nQUIT\n' "$sender" \
            "$recipient" "$name"
    } | smtp_talk 127.0.0.1 "$port" | tr -d '\r' >"$dir/talk" 2>&1
    ! grep '^5' "$dir/talk" | grep -v '^50[03] ' || fail "$name: refused for good: $(cat "$dir/talk")"
    if grep -q '^250 2.0.0 .*Message accepted' "$dir/talk"; then
        case $allowed in *queued*) ;; *) fail "$name: accepted: $(cat "$dir/talk" "$dir/log")" ;; esac
        wait_for "grep -q 'stat=\(Deferred\|queued\)' $dir/log" 20
        ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$name: lost: $(cat "$dir/log")"
        outcome=queued
    else
        grep -q '^4' "$dir/talk" || fail "$name: no 4xx: $(cat "$dir/talk")"
        case $allowed in *refused*) ;; *) fail "$name: not accepted: $(cat "$dir/talk")" ;; esac
        outcome=refused
    fi
    [ -z "$(ls "$dir/sink")" ] || fail "$name: relayed"
    ! grep -q 'DSN: ' "$dir/log" || fail "$name: bounced: $(cat "$dir/log")"
    echo "$name: $outcome"
}

try access refused "FEATURE(\`access_db', \`fail -T<TMPF>')dnl"
try access-without-T refused "FEATURE(\`access_db', \`fail here')dnl"
try access-blocklist refused "FEATURE(\`access_db', \`fail -T<TMPF>')FEATURE(\`blocklist_recipients')dnl" "$me@try.test"
try mailertable 'refused queued' "FEATURE(\`mailertable', \`fail here')dnl"
try virtusertable 'refused queued' "FEATURE(\`virtusertable', \`fail here')dnl
VIRTUSER_DOMAIN(\`try.test')dnl" "$me@try.test"
try domaintable 'refused queued' "FEATURE(\`domaintable', \`fail here')dnl"
try genericstable 'refused queued' "FEATURE(\`genericstable', \`fail here')dnl
GENERICS_DOMAIN(\`try.test')dnl" user@far.test a@try.test
try uucpdomain 'refused queued' "FEATURE(\`uucpdomain', \`fail here')dnl" 'host!user@uuhost.UUCP'
try bitdomain 'refused queued' "FEATURE(\`bitdomain', \`fail here')dnl" 'user@host.BITNET'
try aliases 'refused queued' "define(\`ALIAS_FILE', \`fail:none')dnl" "$me@try.test"
try aliases-and-file 'refused queued' "define(\`ALIAS_FILE', \`fail:none,$dir/aliases')dnl" "nobody-of-that-name@try.test"
try local-rule 'refused queued' "LOCAL_CONFIG
Kbroken fail
LOCAL_RULE_0
R\$* < @ far.test. > \$*	\$: \$(broken \$1 \$) < @ far.test. > \$2"
try check_rcpt refused "LOCAL_CONFIG
Kbroken fail
LOCAL_RULESETS
SLocal_check_rcpt
R\$*	\$: \$(broken \$1 \$: good \$)"
try tls_server queued "LOCAL_CONFIG
Kbroken fail
LOCAL_TLS_SERVER
R\$*	\$: \$(broken x \$: good \$)"
try tls_rcpt queued "LOCAL_CONFIG
Kbroken fail
LOCAL_TLS_RCPT
R\$*	\$: \$(broken x \$: good \$)"
try ldap-routing 'refused queued' "define(\`confLDAP_DEFAULT_SPEC', \`-h localhost')dnl
FEATURE(\`ldap_routing', \`fail here', \`fail here', \`bounce')dnl
LDAPROUTE_DOMAIN(\`far.test')dnl"

# submit FLAGS: mail from the command line, delivered at once, while the mailertable cannot be asked: the default
# host is not the answer, and what -T<TMPF> makes of the domain is no host.
stop_daemon
submit() {
    rm -rf "$dir/mqueue"/* "$dir/sink"/* "$dir/log"
    extra_mc="$base
FEATURE(\`mailertable', \`fail$1 here')dnl"
    configure_instance
    printf 'Subject: x\n\ntext\n' | sm -oem -odi -f"$me" user@far.test >"$dir/talk" 2>&1 ||
        fail "submission, mailertable fail$1: exit $?: $(cat "$dir/talk" "$dir/log")"
    ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "submission: lost: $(cat "$dir/log")"
    grep -q 'user@far.test, .*dsn=4' "$dir/log" || fail "submission: not deferred: $(cat "$dir/log")"
    ! grep 'user@far.test, .*mailer=' "$dir/log" || fail "submission: a host was asked"
}
submit ''
submit ' -T<TMPF>'
