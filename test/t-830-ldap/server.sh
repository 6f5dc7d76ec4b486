# Sourced: a slapd of our own. start_slapd PORT starts it on loopback and on $dir/ldapi; the tree
# dc=test comes from data.ldif. cn=secret may be read by cn=reader only.
here=$SM_SOURCE_DIR/test/t-830-ldap
slapd_pid=

find_slapd() {
    slapd=$(command -v slapd || ls /usr/sbin/slapd /usr/local/libexec/slapd 2>/dev/null | head -n 1)
    [ -n "$slapd" ] || skip "slapd is not installed"
    slapadd="$(dirname "$slapd")/slapadd"
    command -v "$slapadd" >/dev/null || slapadd=$slapd
}

# prepare_slapd: $dir/slapd.conf and the data base.
prepare_slapd() {
    find_slapd
    mkdir "$dir/ldap"
    {
        for schema in core cosine; do echo "include /etc/ldap/schema/$schema.schema"; done
        echo "include $here/schema"
        ls /usr/lib/ldap/back_mdb.so >/dev/null 2>&1 && printf 'modulepath /usr/lib/ldap\nmoduleload back_mdb\n'
        cat <<CONF
pidfile $dir/ldap/pid
allow bind_v2
sizelimit 500
database mdb
suffix dc=test
rootdn cn=admin,dc=test
rootpw admin
directory $dir/ldap
maxsize 8388608
access to dn.base="cn=secret,dc=test"
    by dn.exact="cn=reader,dc=test" read
    by * none
access to attrs=userPassword by anonymous auth
access to * by * read
CONF
    } >"$dir/slapd.conf"
    sed "s/@ME@/${alias_target:-root}/" "$here/data.ldif" >"$dir/data.ldif"
    "$slapadd" -q -f "$dir/slapd.conf" -l "$dir/data.ldif" 2>"$dir/slapadd.out" ||
        skip "slapadd: $(cat "$dir/slapadd.out")"
}

start_slapd() {
    ldapi=ldapi://$(echo "$dir/ldapi" | sed 's,/,%2F,g')
    "$slapd" -d 0 -f "$dir/slapd.conf" -h "ldap://127.0.0.1:$1/ $ldapi" 2>"$dir/slapd.out" &
    slapd_pid=$!
    wait_port "$1"
}

stop_slapd() {
    [ -n "$slapd_pid" ] || return 0
    kill "$slapd_pid" 2>/dev/null
    wait "$slapd_pid" 2>/dev/null
    slapd_pid=
}
