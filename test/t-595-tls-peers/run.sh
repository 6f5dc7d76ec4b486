#!/bin/sh
# Other programs as peers, in both roles: Postfix, and the reference when SM_ORACLE names its program
# (SM_ORACLE_CF its cf tree, SM_ORACLE_PRELOAD a library it needs): both sides tell the same of
# version, cipher, {verify} and AUTH.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
PATH=$PATH:/usr/sbin
[ "$(id -u)" = 0 ] || skip "Postfix insists on root"
have_postfix=
command -v postfix >/dev/null && have_postfix=1
[ -n "$have_postfix" ] || [ -n "${SM_ORACLE:-}" ] || skip "neither Postfix nor SM_ORACLE"
make_instance
make_certs
make_sasl mx.try.test joe:my-secret-word
peerport=$(free_port)
ours="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
TRUST_AUTH_MECH(\`DIGEST-MD5 CRAM-MD5 PLAIN LOGIN')dnl
define(\`confAUTH_REALM', \`mx.try.test')dnl
define(\`confDELIVERY_MODE', \`background')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl"
# Everything that we relay goes to the peer.
sinkport=$peerport
extra_mc="$ours
$sasl_mc"
configure_instance
with_access "Connect:127.0.0.20	RELAY
Connect:127.0.0.21	DISCARD
AuthInfo:127.0.0.1	\"U:joe\" \"P:my-secret-word\" \"R:mx.try.test\" \"M:PLAIN\""

# inject PORT NAME FROM-ADDRESS: one message.
inject() {
    python3 - "$1" "$2" "$3" <<'PYTHON' || fail "message $2"
import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), source_address=(sys.argv[3], 0)) as client:
    client.sendmail("a@try.test", [sys.argv[2] + "@far.test"], "Subject: %s\r\n\r\n" % sys.argv[2])
PYTHON
}
tls='version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256'

if [ -n "$have_postfix" ]; then
    conf=$dir/postfix
    mkdir -p "$conf" "$dir/spool" "$dir/lib"
    chown postfix "$dir/lib"
    printf '[127.0.0.1]:%s joe@mx.try.test:my-secret-word\n' "$port" >"$conf/password"
    cat >"$conf/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/lib
myhostname = postfix.try.test
mydestination =
mynetworks = 127.0.0.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.21
alias_maps =
alias_database =
relayhost = [127.0.0.1]:$port
disable_dns_lookups = yes
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
multi_instance_enable = no
smtpd_tls_cert_file = $certs/server.crt
smtpd_tls_key_file = $certs/server.key
smtpd_tls_CAfile = $certs/ca.crt
smtpd_tls_security_level = may
smtpd_tls_ask_ccert = yes
smtpd_tls_loglevel = 1
smtp_tls_security_level = encrypt
smtp_tls_CAfile = $certs/ca.crt
smtp_tls_cert_file = $certs/client.crt
smtp_tls_key_file = $certs/client.key
smtp_tls_loglevel = 1
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:$conf/password
smtp_sasl_security_options = noanonymous
smtp_sasl_mechanism_filter = cram-md5
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_local_domain = mx.try.test
smtpd_sasl_security_options = noanonymous
CONF
    # Its smtpd is not root either.
    mkdir "$conf/sasl"
    cp "$dir/sasl/sasldb2" "$conf/sasl/sasldb2"
    chown postfix "$conf/sasl/sasldb2"
    sed "s,$dir/sasl/,$conf/sasl/," "$dir/sasl/Sendmail.conf" >"$conf/sasl/smtpd.conf"
    # Not in a jail, so that it finds the plug-ins of SASL.
    sed -e "s/^smtp  *inet.*/127.0.0.1:$peerport inet n - n - - smtpd/" \
        -e 's/^\([a-z]\S* *\(inet\|unix\|unix-dgram\|fifo\) *\S *\S *\)y/\1n/' /etc/postfix/master.cf \
        >"$conf/master.cf"
    [ ! -f /etc/postfix/dynamicmaps.cf ] || cp /etc/postfix/dynamicmaps.cf "$conf"
    trap 'status=$?; postfix -c "$conf" stop >/dev/null 2>&1; (exit $status); cleanup' EXIT
    # Debian's looks for smtpd.conf in one place only.
    unshare --mount sh -c "mount --bind $conf/sasl /etc/postfix/sasl && postfix -c $conf start" \
        >"$dir/postfix.out" 2>&1 || fail "postfix: $(cat "$dir/postfix.out")"
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$peerport)'"
    # Ours to Postfix, which hands the message back to us; there it ends.
    inject "$port" ours-to-postfix 127.0.0.20
    wait_for "grep -q 'STARTTLS=client, relay=\[127.0.0.1\].*, $tls' $dir/log" 30
    grep -q 'Trusted TLS connection established from .*TLSv1.3 with cipher TLS_AES_256_GCM_SHA384' \
        "$dir/postfix.log" || fail "Postfix as server: $(cat "$dir/postfix.log")"
    wait_for "grep -q 'Trusted TLS connection established to 127.0.0.1.*TLSv1.3 with cipher TLS_AES_256_GCM_SHA384' $dir/postfix.log" 30
    wait_for "grep -q 'STARTTLS=server, relay=\[127.0.0.21\], $tls' $dir/log" 30
    wait_for "grep -q 'AUTH=server, relay=\[127.0.0.21\], authid=joe@mx.try.test, mech=CRAM-MD5, bits=0' $dir/log" 30
    in_log 'AUTH=client, relay=.*, mech=PLAIN, bits=0'
    grep -q 'client=.*, sasl_method=PLAIN, sasl_username=joe@mx.try.test' "$dir/postfix.log" ||
        fail "AUTH to Postfix: $(cat "$dir/postfix.log")"
    postfix -c "$conf" stop >/dev/null 2>&1
    echo "Postfix $(postconf -h mail_version 2>/dev/null): agreed"
fi

if [ -n "${SM_ORACLE:-}" ]; then
    stop_daemon
    rm -f "$dir/log" "$dir/mqueue"/*
    start_daemon
    mkdir "$dir/ref-queue"
    chmod 700 "$dir/ref-queue"
    sed -e "s,$dir/mqueue,$dir/ref-queue,g; s,$dir/sendmail.pid,$dir/ref.pid,g" \
        -e "s/\b$port\b/@P@/g; s/\b$peerport\b/$port/g; s/@P@/$peerport/g" \
        -e "/^MAILER(/i\\
CLIENT_OPTIONS(\`Family=inet, Address=127.0.0.21')dnl" "$dir/sendmail.mc" >"$dir/ref.mc"
    m4 -D_CF_DIR_="${SM_ORACLE_CF:?}/" "$SM_ORACLE_CF/m4/cf.m4" "$dir/ref.mc" >"$dir/ref.cf" || fail "m4"
    sed -i -e '/^O LogFile/d' -e 's/^Dj.*/Djref.try.test/' "$dir/ref.cf"
    [ -z "${SM_SASL_PATH:-}" ] || echo "ESASL_PATH=$SM_SASL_PATH" >>"$dir/ref.cf"
    export LOGSHIM_FILE="$dir/ref.log" SHIM_HOST=ref.try.test
    LD_PRELOAD=${SM_ORACLE_PRELOAD:-} "$SM_ORACLE" -C"$dir/ref.cf" -L ref -O LogLevel=14 -bD >"$dir/ref.out" 2>&1 &
    sink_pid=$!
    wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$peerport)'"
    inject "$port" ours-to-reference 127.0.0.20
    wait_for "grep -q 'AUTH=server, .*authid=joe, mech=PLAIN, bits=0' $dir/ref.log" 30
    in_log "STARTTLS=client, relay=\[127.0.0.1\].*, $tls"
    in_log 'AUTH=client, relay=.*, mech=PLAIN, bits=0'
    grep -q "STARTTLS=server, relay=.*, $tls" "$dir/ref.log" || fail "reference as server"
    wait_for "grep -q 'AUTH=server, relay=\[127.0.0.21\], authid=joe, mech=PLAIN, bits=0' $dir/log" 30
    in_log "STARTTLS=server, relay=\[127.0.0.21\], $tls"
    grep -q "STARTTLS=client, relay=.*, $tls" "$dir/ref.log" || fail "reference as client"
    grep -q 'AUTH=client, relay=.*, mech=PLAIN, bits=0' "$dir/ref.log" || fail "AUTH of the reference"
    echo "the reference: agreed"
fi
