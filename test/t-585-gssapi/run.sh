#!/bin/sh
# AUTH GSSAPI with a key distribution centre of our own: our client proves itself with a keytab, our server,
# whose sessions are not root, with another one; layers without TLS, none under it; a wrong key is refused.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
PATH=$PATH:/usr/sbin
for program in krb5kdc kdb5_util kadmin.local kinit; do
    command -v $program >/dev/null || skip "$program is not installed"
done
make_instance
make_certs
make_sasl mx.try.test other:unused-secret-word
kdcport=$(free_port)
kdc_pid=
trap 'status=$?; [ -z "$kdc_pid" ] || kill $kdc_pid; (exit $status); cleanup' EXIT
mkdir "$dir/krb"
cat >"$dir/krb/krb5.conf" <<CONF
[libdefaults]
    default_realm = TRY.TEST
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    TRY.TEST = {
        kdc = 127.0.0.1:$kdcport
    }
[domain_realm]
    .try.test = TRY.TEST
CONF
cat >"$dir/krb/kdc.conf" <<CONF
[realms]
    TRY.TEST = {
        database_name = $dir/krb/principal
        key_stash_file = $dir/krb/stash
        acl_file = $dir/krb/acl
        kdc_listen = 127.0.0.1:$kdcport
        kdc_tcp_listen = 127.0.0.1:$kdcport
    }
[logging]
    kdc = FILE:$dir/krb/kdc.log
CONF
KRB5_CONFIG=$dir/krb/krb5.conf KRB5_KDC_PROFILE=$dir/krb/kdc.conf
export KRB5_CONFIG KRB5_KDC_PROFILE
kdb5_util create -s -r TRY.TEST -P master-secret-word >"$dir/krb/out" 2>&1 || fail "kdb5_util: $(cat "$dir/krb/out")"
for query in 'addprinc -randkey smtp/mx.try.test' 'addprinc -randkey joe' 'addprinc -randkey eve' \
    "ktadd -k $dir/krb/server.keytab smtp/mx.try.test" "ktadd -k $dir/krb/joe.keytab joe" "ktadd -k $dir/krb/eve.keytab eve" \
    'cpw -randkey eve'; do
    kadmin.local -r TRY.TEST -q "$query" >"$dir/krb/out" 2>&1 || fail "kadmin: $(cat "$dir/krb/out")"
done
# Sessions and workers are not root; a site gives its keytab to the group of SessionUser.
chmod 644 "$dir/krb"/*.keytab
krb5kdc -n -r TRY.TEST >"$dir/krb/out" 2>&1 &
kdc_pid=$!
wait_for "KRB5CCNAME=FILE:$dir/krb/cc kinit -k -t $dir/krb/joe.keytab joe 2>/dev/null"

mkdir "$dir/client-queue"
chmod 700 "$dir/client-queue"
sink=$sinkport
# client KEYTAB LINES
client() {
    sinkport=$port
    extra_mc="define(\`SMART_HOST', \`relay:[mx.try.test]')dnl
CLIENT_OPTIONS(\`Family=inet, Address=127.0.0.20')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/client-access')dnl
$2
LOCAL_CONFIG
ESASL_CONF_PATH=$dir/sasl
EKRB5_CONFIG=$KRB5_CONFIG
EKRB5CCNAME=MEMORY:
EKRB5_CLIENT_KTNAME=FILE:$dir/krb/$1.keytab"
    configure_instance
    sed -e "s,$dir/mqueue,$dir/client-queue,g; s,$dir/log,$dir/client.log,g" -e 's/^Dj.*/Djclient.try.test/' \
        "$dir/sendmail.cf" >"$dir/client.cf"
    sinkport=$sink
    printf 'AuthInfo:mx.try.test\t"U:joe" "I:joe" "P:none" "M:GSSAPI"\n' |
        "$makemap" -C "$dir/client.cf" hash "$dir/client-access" || fail makemap
}
server() {
    extra_mc="define(\`confAUTH_MECHANISMS', \`GSSAPI')dnl
TRUST_AUTH_MECH(\`GSSAPI')dnl
define(\`confAUTH_REALM', \`mx.try.test')dnl
define(\`confDELIVERY_MODE', \`queueonly')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$1
$sasl_mc
EKRB5_CONFIG=$KRB5_CONFIG
EKRB5_KTNAME=FILE:$dir/krb/server.keytab"
    configure_instance
    with_access 'Nothing:here	OK'
}
send() {
    : >"$dir/log"
    : >"$dir/client.log"
    rm -f "$dir/client-queue"/* "$dir/mqueue"/*
    printf 'Subject: %s\n\ntext\n' "$1" | timeout 60 "$sendmail" -C"$dir/client.cf" -oem -odi -f a@try.test u@far.test \
        >"$dir/out" 2>&1
}
accepted() { ls "$dir/mqueue"/qf* >/dev/null 2>&1 || fail "$1: not accepted: $(cat "$dir/client.log" "$dir/log")"; }

client joe ''
server ''
send clear
accepted clear
in_log 'AUTH=server, relay=.*, authid=joe, mech=GSSAPI, bits=256'
grep -q 'AUTH=client, relay=.*, mech=GSSAPI, bits=256' "$dir/client.log" || fail "the client's log"
client joe "$(tls_mc)"
server "$(tls_mc)"
send tls
accepted tls
in_log 'STARTTLS=server, .*verify=OK'
in_log 'AUTH=server, relay=.*, authid=joe, mech=GSSAPI, bits='
# Her key has changed since.
client eve ''
send wrong
! grep -q 'AUTH=server' "$dir/log" || fail "a wrong key was good enough"
[ -z "$(ls "$dir/mqueue"/qf* 2>/dev/null)" ] || fail "relayed without AUTH"
