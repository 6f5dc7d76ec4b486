#!/bin/sh
# A map is rebuilt 200 times while 10,000 lookups are made: none is missed, none gives a value of another key.
# With SM_ORACLE=DIR (bin/makemap) also against a makemap that rewrites the file in place under a lock.
. "$SM_SOURCE_DIR/test/util/lib.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/rebuild.XXXXXX")
chmod 755 "$dir"
cat >"$dir/sendmail.cf" <<END
V10/Berkeley
O QueueDirectory=$dir
O DontBlameSendmail=TrustStickyBit
Km hash $dir/m
Kb btree $dir/b
Mlocal, P=/bin/true, F=l, A=true
END
perl -e 'printf "key%d\tvalue%d\n", $_, $_ for 0 .. 499' >"$dir/m.in"

# race MAKEMAP: rebuilds and looks up at once; the lookups are spread over the time of the rebuilds
race() {
    (cd "$dir" && for name in "hash m" "btree b"; do "$1" -C sendmail.cf $name <m.in || exit 1; done) ||
        fail "$1 cannot build"
    : >"$dir/go"
    (
        cd "$dir" || exit 1
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            for _ in 1 2 3 4 5 6 7 8 9 10; do
                "$1" -C sendmail.cf hash m <m.in && "$1" -C sendmail.cf btree b <m.in || exit 1
            done
        done
        rm -f go
    ) &
    builder=$!
    perl -e '
        $| = 1;
        my ($go, $n) = (shift, 0);
        while ($n < 10000 || -e $go) {
            for (1 .. 50) {
                my $k = $n++ * 7 % 500;
                print "/map ", ($n % 2 ? "m" : "b"), " key$k\n";
            }
            select undef, undef, undef, 0.01;
            last if $n > 2000000;
        }' "$dir/go" | "$sendmail" -C "$dir/sendmail.cf" -bt >"$dir/answers" 2>&1
    wait $builder || fail "$1 failed while it was read"
    perl -ne '
        next unless /map_lookup: [mb] \(key(\d+)\) (.*)/;
        $n++;
        $bad++, print unless $2 eq "returns value$1 (0)";
        END { print "$n lookups, ", $bad + 0, " wrong\n"; exit($n < 10000 || $bad) }' "$dir/answers" |
        tail -n 5 >"$dir/result" || true
    tail -n 1 "$dir/result"
    grep -q ", 0 wrong" "$dir/result" || fail "$(cat "$dir/result")"
    [ "$(sed -n 's/ lookups.*//p' "$dir/result")" -ge 10000 ] || fail "too few lookups"
}

race "$makemap"
[ -z "${SM_ORACLE:-}" ] || race "$SM_ORACLE/bin/makemap"
