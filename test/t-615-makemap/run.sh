#!/bin/sh
# makemap and the files around a map: links, owners, modes, directories, a full disk, a builder that
# is killed, what a terminal is told. Words and exit statuses are the reference program's.
. "$SM_SOURCE_DIR/test/util/lib.sh"
if [ -z "${SM_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root"
    unshare -m true 2>/dev/null || skip "no name spaces here"
    SM_INSIDE=1 exec unshare -m sh "$0"
fi
"$makemap" -l | grep -qx hash || skip "built without libdb"
editmap=$SM_BUILD_DIR/editmap/editmap
mount --make-rprivate / && mount -t tmpfs -o mode=755 none /mnt || skip "cannot mount"
dir=/mnt/test
trap 'code=$?; dir=; (exit $code); cleanup' EXIT
mkdir -m 755 $dir $dir/safe $dir/real $dir/theirs && mkdir -m 777 $dir/world && mkdir -m 775 $dir/group || exit 1
chown games $dir/theirs
cd $dir || exit 1
printf 'V10/Berkeley\n' >cf
printf 'V10/Berkeley\nO TrustedUser=daemon\n' >cf.trusted

# expect STATUS TEXT COMMAND...: of a program that is given one entry.
expect() {
    status=$1 text=$2
    shift 2
    got=$(printf 'a\tb\n' | "$@" 2>&1)
    code=$?
    [ "$code" = "$status" ] || fail "$*: exit $code, not $status: $got"
    [ "$got" = "$text" ] || fail "$*: \"$got\", not \"$text\""
}
refused="makemap: error opening type hash map"
entries() { "$makemap" -C cf -s -u hash "$1" 2>/dev/null | sort | tr '\t\n' '= '; }

# Links, kinds and owners of the file.
for place in safe world group; do
    case $place in
        safe) warning= ;;
        world) warning='WARNING: World writable directory world' ;;
        group) warning='WARNING: Group writable directory group' ;;
    esac
    both=${warning:+$warning
}
    printf 'old\t1\n' | "$makemap" -C cf hash real/t || fail "makemap"
    ln -s $dir/real/t.db $place/l.db
    expect 73 "$both$refused $place/l: Symbolic links not allowed" "$makemap" -C cf hash $place/l
    expect 73 "${both}editmap: error opening type hash map $place/l: Symbolic links not allowed" \
        "$editmap" -C cf -u hash $place/l a b
    [ "$(entries real/t)" = "old=1 " ] || fail "written through a link: $(entries real/t)"
    expect 0 "$warning" "$makemap" -C cf -s hash $place/l
    [ -h $place/l.db ] && [ "$(entries real/t)" = "a=b " ] || fail "-s: $(ls -l $place real)"
    ln real/t.db $place/h.db
    expect 73 "$both$refused $place/h: Hard links not allowed" "$makemap" -C cf hash $place/h
    ln -s nowhere.db $place/n.db
    expect 73 "$both$refused $place/n: Symbolic links not allowed" "$makemap" -C cf hash $place/n
    mkdir $place/d.db
    expect 73 "$both$refused $place/d: Regular files only" "$makemap" -C cf hash $place/d
    expect 0 "$warning" "$makemap" -C cf hash $place/m
    [ "$(ls $place)" = "d.db
h.db
l.db
m.db
n.db" ] || fail "files: $(ls $place)"
    rm -f real/*
done
printf 'x\ty\n' | "$makemap" -C cf hash safe/f && chown games safe/f.db
expect 73 "$refused safe/f: Permission denied" "$makemap" -C cf hash safe/f
expect 73 "$refused safe/f: Permission denied" "$makemap" -C cf -s hash safe/f
chmod 444 safe/m.db
expect 73 "$refused safe/m: Permission denied" "$makemap" -C cf hash safe/m
chmod 755 safe/m.db
expect 73 "$refused safe/m: Executable files not allowed" "$makemap" -C cf hash safe/m
expect 73 "$refused theirs/m: Permission denied" "$makemap" -C cf hash theirs/m
expect 73 "$refused no/m: No such file or directory" "$makemap" -C cf hash no/m

# Owner and mode: of an old map its own, of a new one 0640 less the umask; TrustedUser.
for mode in 600 644 664 666; do
    chmod $mode safe/m.db
    expect 0 '' "$makemap" -C cf hash safe/m
    [ "$(stat -c '%a %U' safe/m.db)" = "$mode root" ] || fail "mode $mode: $(ls -l safe/m.db)"
    expect 0 '' "$editmap" -C cf -u hash safe/m a c
    [ "$(stat -c '%a %U' safe/m.db)" = "$mode root" ] || fail "editmap, mode $mode: $(ls -l safe/m.db)"
done
(umask 077 && expect 0 '' "$makemap" -C cf hash safe/u) || exit 1
[ "$(stat -c %a safe/u.db)" = 600 ] || fail "umask: $(ls -l safe/u.db)"
(umask 0 && expect 0 '' "$makemap" -C cf hash safe/v) || exit 1
[ "$(stat -c %a safe/v.db)" = 640 ] || fail "no umask: $(ls -l safe/v.db)"
expect 0 '' "$editmap" -C cf.trusted -u hash safe/v a c
[ "$(stat -c %U safe/v.db)" = daemon ] || fail "editmap, TrustedUser: $(ls -l safe/v.db)"
expect 73 "$refused safe/v: Permission denied" "$makemap" -C cf hash safe/v
expect 0 '' "$makemap" -C cf.trusted hash safe/v
chown daemon theirs
expect 0 '' "$makemap" -C cf.trusted hash theirs/m

# The class of a K line.
printf 'Kaccess btree -o -N %s/safe/k\nKb text %s/safe/t\n' $dir $dir >cf.k
expect 0 '' "$makemap" -C cf.k cf $dir/safe/k
"$makemap" -C cf -u btree safe/k | grep -q 'a	b' || fail "not a btree map"
expect 65 "makemap: mapfile safe/k: not found in cf.k" "$makemap" -C cf.k cf safe/k
expect 73 "makemap: error opening type text map $dir/safe/t: Unknown database type" \
    "$makemap" -C cf.k cf $dir/safe/t
expect 0 '' "$makemap" -C cf.k -i hash cf $dir/safe/other

# A disk that is full: the old map stays.
mkdir full && mount -t tmpfs -o size=64k,mode=755 none full || fail "mount"
for type in hash btree cdb lmdb; do
    "$makemap" -l | grep -qx $type || continue
    expect 0 '' "$makemap" -C cf $type full/m
    before=$(ls full)
    got=$(perl -e 'print "key$_\tsome value here\n" for 1 .. 20000' | "$makemap" -C cf $type full/m 2>&1)
    code=$?
    [ $code = 74 ] || fail "$type on a full disk: $code: $got"
    # LMDB has one error for all writes that fail.
    [ "$got" = "makemap: full/m: No space left on device" ] ||
        [ "$type $got" = "lmdb makemap: full/m: Input/output error" ] || fail "$type on a full disk: $got"
    [ "$(ls full)" = "$before" ] || fail "$type: left behind: $(ls full)"
    [ "$("$makemap" -C cf -u $type full/m)" = 'a	b' ] || fail "$type: the old map is gone"
    rm -f full/*
done
umount full

# Standard input that is closed makes no empty map.
got=$("$makemap" -C cf hash safe/m <&- 2>&1)
code=$?
[ $code = 66 ] && [ "$got" = "makemap: safe/m: standard input is closed" ] || fail "closed: $code $got"
[ "$(entries safe/m)" = "a=c " ] || fail "closed: $(entries safe/m)"

# A builder that is killed leaves the old map as it is, and its file to the next one; that of a
# builder at work stays.
mkfifo pipe
for round in 1 2 3; do
    "$makemap" -C cf hash safe/m <pipe &
    victim=$!
    exec 9>pipe
    printf 'new\t1\n' >&9
    wait_for "ls safe | grep -q 'm.db.*tmp'"
    kill -9 $victim
    wait $victim 2>/dev/null
    exec 9>&-
    [ "$(entries safe/m)" = "a=c " ] || fail "killed: $(entries safe/m)"
    [ "$(ls safe | grep -c 'm.db.*tmp')" = 1 ] || fail "round $round: $(ls safe)"
done
"$makemap" -C cf hash safe/m <pipe &
slow=$!
exec 9>pipe
wait_for "[ \$(ls safe | grep -c 'm.db.*tmp') = 1 ]"
printf 'slow\t1\n' >&9
expect 0 '' "$makemap" -C cf hash safe/m
[ "$(ls safe | grep -c 'm.db.*tmp')" = 1 ] || fail "the other builder's file: $(ls safe)"
exec 9>&-
wait $slow || fail "the other builder: $?"
[ "$(entries safe/m)" = "slow=1 " ] || fail "the other builder: $(entries safe/m)"
! ls safe | grep tmp || fail "left behind"

# A terminal sees how far it is; a file or a pipe does not.
perl -e 'print "key$_\tv\n" for 1 .. 250000' >big
"$makemap" -C cf hash safe/big <big >out 2>&1 || fail "big"
[ ! -s out ] || fail "without a terminal: $(cat out)"
if command -v script >/dev/null; then
    script -qec "'$makemap' -C cf hash safe/big <big" typescript >/dev/null </dev/null || fail "script"
    for words in '100000 lines' '200000 lines' 'writing 250000 entries'; do
        grep -q "makemap: safe/big: $words" typescript || fail "not shown: $words: $(od -c typescript | head)"
    done
fi
