"""The configuration and the commands of this test, made of one table: make_cases.py cf|commands."""
import sys

# class line, keys
MAPS = [
    ("p1 program @DIR@/prog1", ["key", "two words", '"quoted word"']),
    ("p1a program -a<A> @DIR@/prog1 one \"two three\" %0", ["Key"]),
    ("p3 program @DIR@/prog3", "hit|HIT me|temp|none|nohost|empty|nonl|env|out1|uns|other".split("|")),
    ("p3f program -f @DIR@/prog3", ["HIT"]),
    ("p3m program -m @DIR@/prog3", ["hit", "none", "temp"]),
    ("p3t program -t @DIR@/prog3", ["temp", "hit"]),
    ("p3TT program -T<TMP> -a<OK> @DIR@/prog3", ["temp", "hit", "none"]),
    ("p3o program -o @DIR@/nonexistent", ["hit"]),
    ("p4 program @DIR@/nonexistent", ["hit"]),
    ("p5 program @DIR@/notexec", ["hit"]),
    ("p6 program", ["hit"]),
    ("p3q program -q @DIR@/prog3", ['"hit"']),
    ("p3D program -D @DIR@/prog3", ["hit"]),
    ("pt program @DIR@/prog2 75", ["x"]),
    ("pb program @DIR@/prog2 67", ["x"]),
    ("sy1 syslog", ["key"]),
    ("sy2 syslog -a<x>", ["key"]),
    ("sy3 syslog -L3", ["key"]),
    ("sy4 syslog -LLOG_WARNING", ["key"]),
    ("sy5 syslog -L info", ["key", "more words"]),
    ("sw1 switch aliases", ["al1"]),
    ("sw2 switch nosuch", ["al1"]),
    ("sw3.files hash -o @DIR@/al", ["al1"]),
    ("sw3.nis null", ["al1"]),
    ("sw3 switch aliases", ["al1", "AL1", "none"]),
    ("sw5 switch -o nosuch", ["al1"]),
    ("seq0 sequence nosuch1 p1", ["key"]),
    ("seq1 sequence pt p1", ["k"]),
    ("seq2 sequence p5 pt", ["k"]),
    ("seq4 sequence pb sw3", ["k", "al1"]),
    ("seq6 sequence", ["k"]),
    ("seq7 sequence p1 pt", ["k"]),
    ("u user", ["root", "ROOT", "nosuchuser", '"root"']),
    ("un user -vname", ["root"]),
    ("ud user -v dir", ["root"]),
    ("ug user -vgecos", ["root"]),
    ("upw user -vpasswd", ["root"]),
    ("uu user -vuid", ["root"]),
    ("ugi user -vgid", ["root"]),
    ("ubad user -vfoo", ["root"]),
    ("um user -m", ["root"]),
    ("uf user -f", ["Root"]),
    ("utx user -a<A> -t -T<T>", ["root", "nosuchuser"]),
    ("ar arpa", ["1.2.3.4", "2001:db8::1", "IPv6:2001:db8::1", "xx", "1.2.3", "300.1.1.1", ""]),
    ("ara arpa -a.in-addr", ["1.2.3.4"]),
    ("nu null", ["x"]),
    ("imp implicit @DIR@/al", ["al1", "none"]),
    ("tx1 text -k1 -v0 @DIR@/txt", ["value", "v2"]),
    ("tx2 text -k0 -v1 -z: @DIR@/txt2", ["root", "a"]),
    ("tx3 text -z: -v3 @DIR@/txt2", ["a", "ROOT"]),
    ("tx4 text -kx @DIR@/txt", ["key"]),
    ("tx4v text -vx @DIR@/txt", ["key"]),
    ("tx5 text -v 1 -k 0 @DIR@/txt", ["key", "KEY", "key2", "key3", "key4", "#"]),
    ("tx6 text -f @DIR@/txt", ["KEY2", "key2"]),
    ("tx7 text -m @DIR@/txt", ["key", "Key"]),
    ("tx8 text @DIR@/none", ["key"]),
    ("tx8t text -t @DIR@/none", ["key"]),
    ("tx8TT text -T<TMP> @DIR@/none", ["key"]),
    ("tx9 text -o @DIR@/none", ["key"]),
    ("tx10 text -z\\t @DIR@/txt3", ["k1"]),
    ("tx10v text -z\\t -v1 @DIR@/txt3", ["k1"]),
    ("tx11 text -a<A> -q @DIR@/txt", ["key", '"q']),
    ("tx12 text", ["key"]),
    ("tx13 text -v7 @DIR@/txt", ["key"]),
    ("tx14 text -z, -v1 @DIR@/txt4", ["k1"]),
    ("tx15 text -z: -v2 @DIR@/txt5", ["a"]),
    ("tx16 text -v2 @DIR@/txt5", ["b"]),
]
HEAD = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
O LogLevel=0
O DontBlameSendmail=TrustStickyBit
O ServiceSwitchFile=@DIR@/switch
O QueueDirectory=@DIR@
Djmx.case.test
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
"""
if sys.argv[1] == "cf":
    print(HEAD + "\n".join("K" + line for line, _ in MAPS))
    for number, (line, _) in enumerate(MAPS):
        print(f"Sask{number}\nR$*\t\t$: $({line.split()[0]} $1 $: absent $)")
else:
    for number, (line, keys) in enumerate(MAPS):
        for key in keys:
            print(f"/map {line.split()[0]} {key}\nask{number} {key}")
