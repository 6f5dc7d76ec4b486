# What the tests of TLS and AUTH share; sourced behind lib.sh.
command -v openssl >/dev/null || skip "openssl is not installed"
command -v python3 >/dev/null || skip "python3 is not installed"

# make_certs: the certificates of make_certs.sh in $certs.
make_certs() {
    certs=$dir/certs CERTDIR=$dir/certs
    export CERTDIR
    sh "$SM_SOURCE_DIR/test/util/make_certs.sh" "$certs" || fail "make_certs.sh"
}

# The .mc lines for them.
tls_mc() {
    cat <<MC
define(\`confCACERT_PATH', \`$certs')dnl
define(\`confCACERT', \`$certs/ca.crt')dnl
define(\`confSERVER_CERT', \`$certs/${1:-server}.crt')dnl
define(\`confSERVER_KEY', \`$certs/${1:-server}.key')dnl
define(\`confCLIENT_CERT', \`$certs/client.crt')dnl
define(\`confCLIENT_KEY', \`$certs/client.key')dnl
MC
}

# make_sasl REALM USER:PASSWORD...: a private sasldb and Sendmail.conf in $dir/sasl, and in
# $sasl_mc the E line that points there.
make_sasl() {
    saslpasswd=$(command -v saslpasswd2 || echo /usr/sbin/saslpasswd2)
    [ -x "$saslpasswd" ] || skip "saslpasswd2 is not installed"
    realm=$1
    shift
    mkdir -p "$dir/sasl"
    printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: %s\n' \
        "$dir/sasl/sasldb2" >"$dir/sasl/Sendmail.conf"
    for account; do
        printf %s "${account#*:}" |
            "$saslpasswd" -a Sendmail -p -c -f "$dir/sasl/sasldb2" -u "$realm" "${account%%:*}" ||
            fail "saslpasswd2"
    done
    chmod 600 "$dir/sasl/sasldb2"
    sasl_mc="LOCAL_CONFIG
ESASL_CONF_PATH=$dir/sasl"
}

# with_access LINES: a new access map, and the daemon restarted with it.
with_access() {
    stop_daemon
    printf '%s\n' "$1" | "$makemap" -C "$dir/sendmail.cf" hash "$dir/access" || fail "makemap"
    start_daemon
}

# talk NAME <SCRIPT: plays a dialogue (test/util/smtptalk.py).
talk() {
    sed "s/\$PORT/$port/g" | python3 "$SM_SOURCE_DIR/test/util/smtptalk.py" >"$dir/talk.out" ||
        fail "$1: $(cat "$dir/talk.out")"
}

# starttls [CERT]: the lines of a script that begin a session under TLS.
starttls() {
    cat <<TALK
C: EHLO client.test
S: ... 250 HELP
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
tls $*
C: EHLO client.test
TALK
}

in_log() {
    grep -q -e "$1" "$dir/log" || fail "not in the log: $1"
}

misbehave() { # misbehave NUMBER OPTION...
    at=127.0.0.1$1
    shift
    python3 -W ignore "$SM_SOURCE_DIR/test/util/scripted_smtpd" --address $at --port 25 --log "$dir/bad.log" \
        --extensions PIPELINING,STARTTLS "$@" 2>/dev/null &
    bad_pids="$bad_pids $!"
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q($at),PeerPort=>25)'"
}

# misbehaving_servers: eight that offer STARTTLS and do not do it as it should be, on port 25 of 127.0.0.11
# to 127.0.0.18, with a log in $dir/bad.log; $bad_pids is to be killed.
misbehaving_servers() {
    misbehave 1 --reply 'STARTTLS=454 4.3.3 later'
    misbehave 2 --reply 'STARTTLS=500 5.5.1 what'
    misbehave 3 --reply 'STARTTLS=220 go' --close-after STARTTLS
    misbehave 4 --reply 'STARTTLS=220 go\r\nHTTP/1.0 400 Bad Request\r\n\r\n'
    misbehave 5 --reply 'STARTTLS=220 go\r\n250-fake.test\r\n250 HELP\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n'
    misbehave 6 --tls "$certs/server" --tls-max 1.1
    misbehave 7 --reply 'STARTTLS=silent'
    misbehave 8 --tls "$certs/stranger"
}
