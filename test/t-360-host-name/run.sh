#!/bin/sh
# A host name without a dot: nobody waits for its domain, unless QualifyWait says how long.
. "$SM_SOURCE_DIR/test/util/lib.sh"
unshare -mnu true 2>/dev/null || skip "no namespaces here"
make_instance
sed -i '/^Dj/d' "$dir/sendmail.cf"
printf '127.0.0.1\tlocalhost\n' >"$dir/etc-hosts"

# on_host COMMAND: as it would run on a host called "vm" without a resolver.
on_host() {
    unshare -mnu sh -c "mount --bind '$dir/etc-hosts' /etc/hosts && hostname vm && $1"
}
started() { echo "'$sendmail' -C'$dir/sendmail.cf' $1 -bv '$me'"; }

start=$(date +%s)
on_host "$(started -OQualifyWait=0)" >"$dir/out" 2>&1 || fail "-bv: $(cat "$dir/out")"
[ $(($(date +%s) - start)) -lt 30 ] || fail "it waited for a domain"
! grep -q 'sleeping for retry' "$dir/log" || fail "it says that it waits"

start=$(date +%s)
on_host "$(started -OQualifyWait=2s)" >"$dir/out" 2>&1 || fail "-bv: $(cat "$dir/out")"
[ $(($(date +%s) - start)) -ge 2 ] || fail "it did not wait"
grep -q ': My unqualified host name (vm) unknown; sleeping for retry$' "$dir/log" || fail "no word of the wait"
grep -q ': unable to qualify my own domain name (vm) -- using short name$' "$dir/log" || fail "no word of its end"

# The domain comes meanwhile.
: >"$dir/log"
on_host "(sleep 1; echo '127.0.0.9 vm.late.test vm' >>'$dir/etc-hosts') & $(started '-OQualifyWait=4s -d0.4')" \
    >"$dir/out" 2>&1 || fail "-bv: $(cat "$dir/out")"
grep -q 'sleeping for retry' "$dir/log" || fail "no word of the wait"
! grep -q 'unable to qualify' "$dir/log" || fail "the late name was not seen"
grep -q '$j = vm.late.test' "$dir/out" || fail "not the late name: $(cat "$dir/out")"
echo ok
