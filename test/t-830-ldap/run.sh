#!/bin/sh
# Map class ldap against a slapd of our own: test mode and rules (the wanted answers were recorded
# from the reference program: see record), classes, aliases, a server that goes away and comes back.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/t-830-ldap/server.sh"
. "$SM_SOURCE_DIR/test/t-830-ldap/answers.sh"
"$sendmail" -d0.1 -bt </dev/null 2>/dev/null | grep -q LDAPMAP || skip "built without LDAPMAP"
find_slapd
trap 'code=$?; stop_slapd; (exit $code); cleanup' EXIT
ldap_port=$(free_port)
alias_target=$me
extra_mc="define(\`confLDAP_DEFAULT_SPEC', \`-H ldap://127.0.0.1:$ldap_port -b ou=mta,dc=test')
define(\`confLDAP_CLUSTER', \`Servers')
undefine(\`ALIAS_FILE')define(\`ALIAS_FILE', \`@DIR@/aliases,ldap:')
RELAY_DOMAIN_FILE(\`@LDAP')"
make_instance
grep -q '^O AliasFile=.*ldap:$' "$dir/sendmail.cf" || fail "no alias file ldap: $(grep AliasFile "$dir/sendmail.cf")"
host=try.test
prepare_slapd
start_slapd "$ldap_port"

# The recorded answers. $ORACLE: those of another program instead.
configure_maps "$ldap_port" "$(free_port)"
timeout 200 "${ORACLE:-$sendmail}" -C "$dir/cf" -bt <"$here/commands" >"$dir/out" 2>&1
answers "$dir/out" >"$dir/answers"
diff "$here/answers" "$dir/answers" || fail "answers differ (wanted <, got >)"
complaints "$dir/out" >"$dir/complaints"
diff "$here/complaints" "$dir/complaints" || fail "complaints differ (wanted <, got >)"
for said in 'Error in ldap_search in map badfilter: Bad search filter' \
    'Error getting LDAP results, map=limit, name=archer: Size limit exceeded' \
    "ldap_init/ldap_bind failed to ldap://127.0.0.1:$ldap_port in map wrong: Invalid credentials"; do
    grep -qF "$said" "$dir/out" || fail "not said: $said"
done
# Where the documentation says more than the reference program does: all attributes without -v.
{
    sed -n '/^[VOD]/p' "$dir/cf"
    echo 'Kall ldap -z| -k (cn=%0)'
    echo 'Kcolon ldap:-1 -k (cn=%0) -v sn'
} >"$dir/cf.all"
printf '/map all bob\n/map colon ann\n' |
    timeout 60 "$sendmail" -C "$dir/cf.all" -bt >"$dir/out" 2>&1
grep -qF 'returns person|testThing|bob|Archer|456|bob@x.test (0)' "$dir/out" ||
    fail "all attributes: $(cat "$dir/out")"
grep -qF 'colon (ann) returns Archer (0)' "$dir/out" || fail "class:spec: $(cat "$dir/out")"
[ -z "${ORACLE:-}" ] || exit 0

# A class, the built-in schema of aliases: by host, by cluster with a further search.
printf '%s\n' '$=R' '/map aliases staff' '/map aliases elsewhere' |
    timeout 60 "$sendmail" -C"$dir/sendmail.cf" -bt >"$dir/out" 2>&1
for word in relayed.test example.com 10.56.23; do
    grep -q "^[> ]*$word\$" "$dir/out" || fail "$word is not in class R: $(cat "$dir/out")"
done
grep -qF "aliases (staff) returns $me,remote@try.test (0)" "$dir/out" || fail "alias: $(cat "$dir/out")"
grep -q 'aliases (elsewhere) no match' "$dir/out" || fail "alias of another host: $(cat "$dir/out")"

# Mail to an alias; then without the server; then with it again.
# The class is left out: without the directory it cannot be read, and that ends the program.
stop_slapd
! sm -bp >"$dir/bp.out" 2>&1 || fail "a class that cannot be read passes"
grep -q 'fileclass: F{R}: map open failed' "$dir/bp.out" || fail "class: $(cat "$dir/bp.out")"
start_slapd "$ldap_port"
sed -i '/^F{R}@LDAP/d' "$dir/sendmail.cf"
start_daemon -q1h
printf 'Subject: one\n\nfirst\n' | send_smtp a@x.test "local@$host"
wait_for "grep -q '^first' '$dir/mail/$me' 2>/dev/null"
stop_slapd
printf 'Subject: two\n\nsecond\n' | sm -odq -f a@x.test "local@$host" || fail "not queued"
sm -q >"$dir/q.out" 2>&1
sm -bp >"$dir/bp.out"
grep -q 'local@try.test' "$dir/bp.out" && grep -qi 'ldap_bind failed\|Deferred\|alias' "$dir/bp.out" || fail "not in the queue: $(cat "$dir/bp.out")"
! grep -q '^second' "$dir/mail/$me" || fail "delivered without the directory"
start_slapd "$ldap_port"
sm -q >"$dir/q.out" 2>&1
wait_for "grep -q '^second' '$dir/mail/$me'"
# The daemon's connections of before are gone; it makes new ones.
printf 'Subject: three\n\nthird\n' | send_smtp a@x.test "local@$host"
wait_for "grep -q '^third' '$dir/mail/$me'"
