#!/bin/sh
# A queue written by the reference program is drained by ours: what arrives is the same, byte for byte.
# With SM_ORACLE (the reference binary): also the reverse, a queue of ours drained by both.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
here=$SM_SOURCE_DIR/test/t-600-foreign-queue
extra_mc="FEATURE(\`promiscuous_relay')dnl"
make_instance
. "$here/messages.sh"
start_sink
sm -bi >/dev/null 2>&1

# drain BINARY CF: from an empty sink and mailbox.
drain() {
    rm -f "$dir/sink"/* "$dir/mail"/*
    kill "$sink_pid"
    wait "$sink_pid" 2>/dev/null
    start_sink
    timeout 60 "$1" -C"$2" -qf >"$dir/out" 2>&1
    [ -z "$(ls "$dir/mqueue")" ] || fail "not drained: $(ls "$dir/mqueue"): $(cat "$dir/out")"
    arrived
}

for file in "$here/queue"/*; do
    sed "s/@LOCAL@@try/$me@try/g" "$file" >"$dir/mqueue/${file##*/}"
done
chmod 600 "$dir/mqueue"/*
drain "$sendmail" "$dir/sendmail.cf" >"$dir/ours"
sed "s/@LOCAL@@try/$me@try/g" "$here/arrived" >"$dir/recorded"
[ -s "$dir/recorded" ] || fail "nothing recorded"
diff -u "$dir/recorded" "$dir/ours" || fail "what arrived differs"

[ -n "${SM_ORACLE:-}" ] || exit 0
reference_cf
queue_messages "$sendmail" "$dir/sendmail.cf"
mkdir "$dir/copy"
cp -p "$dir/mqueue"/* "$dir/copy"
drain "$SM_ORACLE" "$dir/reference.cf" >"$dir/theirs"
cp -p "$dir/copy"/* "$dir/mqueue"
drain "$sendmail" "$dir/sendmail.cf" >"$dir/ours"
diff -u "$dir/theirs" "$dir/ours" || fail "what arrived of our own queue differs"
