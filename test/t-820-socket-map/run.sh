#!/bin/sh
# Map class socket against a server, over TCP and a UNIX socket: test mode, rules, and a server that
# is restarted. The wanted answers are those of the reference program.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
server_pid=
trap 'code=$?; kill $server_pid 2>/dev/null; (exit $code); cleanup' EXIT
python3 "$SM_SOURCE_DIR/test/util/fake_socketmap" "$dir/port" "$dir/socket" 2>/dev/null &
server_pid=$!
wait_for "test -f $dir/port"
port=$(cat "$dir/port")
dead=$(free_port)
cat >"$dir/cf" <<CF
V10/Berkeley
O LogLevel=0
Djmx.test
Ktcp socket -a. inet:$port@127.0.0.1
Kplain socket inet:$port@127.0.0.1
Kcase socket -f inet:$port@127.0.0.1
Kmark socket -T<TMP> inet:$port@127.0.0.1
Kquick socket -d1 inet:$port@127.0.0.1
Klocal socket unix:$dir/socket
Kdead socket -T<TMP> inet:$dead@127.0.0.1
Kmay socket -o inet:$dead@127.0.0.1
Kkind socket foo:7777@127.0.0.1
Kbad socket inet:127.0.0.1
SA0
R\$+	\$: \$( plain \$1 \$@ arg \$: NONE \$)
SA1
R\$+	\$: \$( mark \$1 \$: NONE \$)
SA2
R\$+	\$: \$( dead \$1 \$: NONE \$)
Mlocal, P=/bin/cat, F=lsDFMAw5:/|@qPSXfmn9, S=0, R=0, A=cat
Mprog, P=/bin/sh, F=lsDFMoqeu9, S=0, R=0, A=sh -c \$u
CF
cases() {
    cat <<'END'
/map tcp ok|returns value. (0)
/map tcp Key Here|returns <tcp key here>. (0)
/map case Key|returns <case Key> (0)
/map plain percent|returns percent--% (0)
/map plain notfound|no match (68)
/map plain temp|no match (75)
/map plain timeout|no match (75)
/map plain perm|no match (69)
/map plain other|no match (76)
/map plain nothing|no match (76)
/map plain badlength|no match (75)
/map plain ok|returns value (0)
/map plain nocomma|no match (75)
/map plain huge|no match (75)
/map plain close|no match (75)
/map plain ok|returns value (0)
/map mark temp|no match (75)
/map quick quiet|no match (75)
/map local ok|returns value (0)
/map dead ok|no match (75)
/map kind ok|no match (75)
/map bad ok|no match (75)
A0 percent|rule: percent-arg-%
A0 "Q"|rule: < plain q >
A0 temp|rule: NONE
A0 perm|rule: NONE
A1 temp|rule: temp < TMP >
A1 notfound|rule: NONE
A2 ok|rule: ok < TMP >
END
}
cases | cut -d'|' -f1 >"$dir/commands"
cases | cut -d'|' -f2- >"$dir/wanted"
timeout 60 "$sendmail" -C "$dir/cf" -bt <"$dir/commands" >"$dir/out" 2>&1
sed -n 's/^.*map_lookup: [^ ]* ([^)]*) //p; s/^[A-Z][0-9]* *returns: /rule: /p' "$dir/out" >"$dir/got"
diff "$dir/wanted" "$dir/got" || fail "answers differ (wanted <, got >)"
grep -q "socket map \"bad\": bad address 127.0.0.1 (expected port@host)" "$dir/out" || fail "bad address"
grep -q "socket_map_lookup(plain): missing ',' in reply" "$dir/out" || fail "no comma: nothing said"
echo '/map may ok' | timeout 60 "$sendmail" -C "$dir/cf" -bt 2>&1 |
    grep -q 'Map named "may" not open' || fail "an optional map without server"
