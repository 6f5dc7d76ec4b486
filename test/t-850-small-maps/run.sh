#!/bin/sh
# The small map classes (program, syslog, switch, sequence, user, arpa, null, text, implicit): test mode and rules
# answer as the reference program does (expected). And those that it does not have: cidr, fail, debug.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
here=$SM_SOURCE_DIR/test/t-850-small-maps
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
trap cleanup EXIT
chmod 755 "$dir"
"$here/ask" "$sendmail" "$makemap" >"$dir/got" || fail "ask"
diff "$here/expected" "$dir/got" || fail "answers differ (expected <, got >)"

cat >"$dir/networks" <<'END'
# networks
10.0.0.0/8 big
10.1.0.0/16 middle part
10.1.2.3 one
192.0.2.128/25 upper half
2001:db8::/32 six
0.0.0.0/0 rest
END
printf '10.0.0.0/8 ok\n10.0.0.0/33 wrong\n' >"$dir/wrong"
cat >"$dir/test.cf" <<END
V10/Berkeley
O OperatorChars=.:%@!^/[]+
O LogLevel=14
O LogFile=$dir/log
O DontBlameSendmail=TrustStickyBit
O QueueDirectory=$dir
Djmx.case.test
Kc cidr $dir/networks
Kca cidr -a<A> $dir/networks
Kw cidr $dir/wrong
Kno cidr $dir/none
Kmaybe cidr -o $dir/none
Kf fail for a reason
Kft fail -t
KfT2 fail -T<TMP>
Kd debug c
Kdf debug f
Kdn debug nosuch
Sf
R\$*	\$: \$(f \$1 \$: absent \$)
Sft
R\$*	\$: \$(ft \$1 \$: absent \$)
Sft2
R\$*	\$: \$(fT2 \$1 \$: absent \$)
Sd
R\$*	\$: \$(d \$1 \$: absent \$)
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true \$u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c \$u
END
while IFS='|' read -r command wanted; do
    printf '%s\n' "$command" >>"$dir/commands"
    printf '%s\n' "$wanted" >>"$dir/wanted"
done <<'END'
/map c 10.2.3.4|map_lookup: c (10.2.3.4) returns big (0)
/map c 10.1.3.4|map_lookup: c (10.1.3.4) returns middle part (0)
/map c 10.1.2.3|map_lookup: c (10.1.2.3) returns one (0)
/map c [10.1.2.3]|map_lookup: c ([10.1.2.3]) returns one (0)
/map c 192.0.2.127|map_lookup: c (192.0.2.127) returns rest (0)
/map c 192.0.2.129|map_lookup: c (192.0.2.129) returns upper half (0)
/map c 2001:db8:1::1|map_lookup: c (2001:db8:1::1) returns six (0)
/map c IPv6:2001:db9::1|map_lookup: c (IPv6:2001:db9::1) no match (68)
/map c host.test|map_lookup: c (host.test) no match (68)
/map ca 10.2.3.4|map_lookup: ca (10.2.3.4) returns big<A> (0)
/map w 10.2.3.4|map_lookup: w (10.2.3.4) no match (75)
/map no 10.2.3.4|map_lookup: no (10.2.3.4) no match (75)
/map maybe 10.2.3.4|map_lookup: maybe (10.2.3.4) no match (68)
/map f x|map_lookup: f (x) no match (75)
/map d 10.1.2.3|map_lookup: d (10.1.2.3) returns one (0)
/map d x|map_lookup: d (x) no match (68)
/map df x|map_lookup: df (x) no match (75)
/map dn x|map_lookup: dn (x) no match (75)
f key|f                returns: absent
ft key|ft               returns: absent
ft2 key|ft2              returns: key < TMP >
d 10.1.3.4|d                returns: middle part
END
timeout 60 "$sendmail" -C "$dir/test.cf" -bt <"$dir/commands" >"$dir/out" 2>&1
sed -n 's/^> //; /^map_lookup: \|returns: /p' "$dir/out" >"$dir/got"
diff "$dir/wanted" "$dir/got" || fail "answers differ (wanted <, got >)"
grep -q "$dir/wrong: line 2: 10.0.0.0/33: not a network" "$dir/out" || fail "no complaint about a wrong network"
