#!/bin/sh
# editmap and praliases: what they print and how they end is what the reference program's print.
. "$SM_SOURCE_DIR/test/util/lib.sh"
editmap=$SM_BUILD_DIR/editmap/editmap
praliases=$SM_BUILD_DIR/praliases/praliases
[ -x "$editmap" ] || fail "editmap was not built"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
cd "$dir" || exit 1
printf 'alice: daemon\nlist: daemon, games\n' >aliases
printf 'V10/Berkeley\nO AliasFile=%s\n' "$dir/aliases" >cf
printf 'a 1\nB 2\n' | "$makemap" -C cf hash m || fail makemap

# expect STATUS TEXT ARGUMENT...: of editmap.
expect() {
    status=$1 text=$2
    shift 2
    got=$("$editmap" -C cf "$@" 2>&1)
    code=$?
    [ "$code" = "$status" ] || fail "editmap $*: exit $code, not $status: $got"
    [ "$got" = "$text" ] || fail "editmap $*: \"$got\", not \"$text\""
}
usage='Usage: editmap [-C cffile] [-N] [-f] [-q|-u|-x] maptype mapname key [ "value ..." ]'
expect 0 1 -q hash m a
expect 0 2 -q hash m B
expect 69 "editmap: couldn't find key B in map m" -q -f hash m B
expect 0 '' -u hash m c three
expect 0 three -q hash m c
expect 0 '' -u hash m a 9
expect 0 9 -q hash m a
expect 0 '' -x hash m c
expect 69 "editmap: couldn't find key c in map m" -q hash m c
expect 0 "editmap: key nokey doesn't exist in map m" -x hash m nokey
expect 64 "$usage" -u hash m d
expect 64 "$usage"
expect 64 "$usage" -q
expect 64 "$usage" -q -u hash m a
expect 0 '' -u hash nofile d x
expect 0 x -q hash nofile d
expect 73 'editmap: error opening type foo map m: Unknown database type' -q foo m a
expect 73 'editmap: error opening type btree map m: Invalid argument' -q btree m a
expect 69 "editmap: couldn't find key a in map m" -N -q hash m a
[ "$("$makemap" -C cf -u hash m | sort | tr '\n\t' ', ')" = 'a 9,b 2,' ] || fail "the rest of the map"
[ "$(stat -c %a m.db)" = 640 ] || fail "mode"
# Editors at once lose nothing.
for i in 1 2 3 4 5 6 7 8; do "$editmap" -C cf -u hash m "k$i" "v$i" & done
wait
for i in 1 2 3 4 5 6 7 8; do expect 0 "v$i" -q hash m "k$i"; done

sed 's/: /	/' aliases | "$makemap" -C cf -N hash aliases
[ "$("$praliases" -C cf | sort | tr '\n' ';')" = 'alice:daemon;list:daemon, games;' ] ||
    fail "praliases: $("$praliases" -C cf)"
[ "$("$praliases" -C cf alice nosuch | tr '\n' ';')" = 'alice:daemon;nosuch: No such key;' ] ||
    fail "praliases KEY: $("$praliases" -C cf alice nosuch)"
[ "$("$praliases" -C cf -f "hash:$dir/aliases" alice)" = alice:daemon ] || fail "praliases -f"
for none in '' hash: 'hash:-o' -N; do
    [ "$("$praliases" -C cf -f "$none" 2>&1)" = "praliases: illegal alias specification: $none" ] ||
        fail "praliases -f '$none': $("$praliases" -C cf -f "$none" 2>&1)"
done
mkdir -m 777 open && chmod 777 open
cp aliases.db open
[ "$("$praliases" -C cf -f hash:open/aliases alice 2>&1 | tr '\n' ';')" = \
    "WARNING: World writable directory open;alice:daemon;" ] ||
    fail "praliases: a directory for everybody: $("$praliases" -C cf -f hash:open/aliases 2>&1)"
"$praliases" -z >out 2>&1
[ $? = 64 ] || fail "praliases -z"
"$praliases" -C nonexistent >out 2>&1
[ $? = 66 ] || fail "praliases -C: $(cat out)"
