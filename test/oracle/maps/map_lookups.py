#!/usr/bin/env python3
"""map_lookups.py SENDMAIL MAKEMAP ours|theirs: what test mode answers to /map for every class and flag below, and what is
said of each K line. Run inside ../safety/inside.sh."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "safety"))
# pylint: disable=wrong-import-position
from matrix import BASE, clean, write

CF = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
O LogLevel=0
O QueueDirectory=@DIR@/q
O ServiceSwitchFile=@DIR@/switch
O HostsFile=@DIR@/hosts
Djmx.try.test
D{set}yes
Kplain hash @DIR@/m
Kother hash @DIR@/o
Karray text -k1 -v2 @DIR@/words
S3
S0
R$*	$#local $: $1
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
"""
KEYED = "a A user@host.test none two+words percent upper empty 1.2.3.4"
FILE = b"a\tone\nuser@host.test\ttwo %0 %1\nupper\tMiXed Case\npercent\t100%%\n1.2.3.4\tip\n@\tat\nempty\t\n"
OTHER = b"none\tin other\na\tother a\n"
TEXT = b"a one first:more\n# a comment\nuser@host.test two  third\nA capital\n\nupper MiXed\nshort\n1.2.3.4 ip\n"
COLONS = b"a:one:first\nuser@host.test:two:third\nupper:MiXed\nempty:\n:nokey\n"

# K line without its K, and the keys that it is asked for.
LOOKUPS = [(f"t {kind} {flags} @DIR@/{file}", KEYED) for kind, file in (("hash", "m"), ("btree", "b"), ("implicit", "m"))
           for flags in ("", "-a.x", "-a<T>", "-f", "-m", "-o", "-N", "-O", "-N -O", "-T<TMPF>", "-t", "-D", "-S.", "-q", "-m -a!",
                         "-k1 -v2", "-z:", "-l", "-x", "-A", "-d5")]
LOOKUPS += [(f"t {kind} {flags} @DIR@/missing", "a none") for kind in ("hash", "btree", "text", "implicit")
            for flags in ("", "-o", "-T<TMPF>", "-t", "-t -T<TMPF>", "-o -a.x")]
LOOKUPS += [(f"t text {flags} @DIR@/words", KEYED + " short") for flags in
            ("", "-k0", "-k1 -v0", "-v0", "-k0 -v1", "-k0 -v2", "-k 0 -v 1", "-v1 -a.x", "-m", "-f", "-k9", "-v9", "-o", "-m -v1", "-kx")]
LOOKUPS += [(f"t text {flags} @DIR@/c", KEYED) for flags in ("-z:", "-z: -k0 -v1", "-z: -k0 -v2", "-z:-v0", "-z: -k1 -v0", "-z: -m")]
LOOKUPS += [(f"t regex {flags}", "abc ABC a.c aXc a@b.test 123 zzz") for flags in
            ("a.c", "-a@X a.c", "-f a.c", "-n a.c", "-b a.c", "-m a.c", "-s1,2 (a)(.)(c)", "-s (a)(.)(c)", "-s2 -d: (a)(.)c", "-s1,2 -d- (.)(.)c",
             "-a -s1 (.)b", "-b -s1 \\(.\\)b", "^[0-9]+$", "(a|z)+", "a{2,", "", "-aMATCH -f ^A", "-T<TMP> x", "-t x", "-s0 a.", "-s9 a(.)", "-S. a c")]
LOOKUPS += [(f"t {words}", "a none user@host.test") for words in
            ("sequence plain other", "sequence other plain", "sequence", "sequence nosuch plain", "sequence -a.x plain", "sequence -o plain other",
             "null", "null -a.x", "null -m", "switch aliases", "switch nosuch", "macro", "macro {set}", "dequote", "dequote -a.x", "dequote -s.",
             "null -x", "null -l", "macro -x", "macro -l", "dequote -x", "dequote -l", "user -x", "user -l", "text -x @DIR@/words", "arith -x",
             "text -l @DIR@/words", "program -x /bin/echo", "program -l /bin/echo", "regex -x a", "regex -l a", "switch -x aliases", "host -l",
             "stab -x", "implicit", "implicit -x", "sequence", "foo x", "", "program /bin/echo found", "program -a.x /bin/echo", "program -m /bin/echo",
             "program /bin/false", "program -t /bin/false", "program /nowhere", "program -o /nowhere", "program -T<TMP> /nowhere",
             "program /bin/sh @DIR@/fails", "program -T<TMP> /bin/sh @DIR@/fails", "program /bin/sh @DIR@/two", "syslog", "syslog -LINFO", "syslog -Lnone",
             "syslog -D", "user", "user -vuid", "host -x", "arith -a.x", "hash", "hash -o", "text", "btree -x", "arith")]
LOOKUPS += [(f"t user {flags}", "root user ROOT nosuch other") for flags in
            ("", "-v1", "-v2", "-v3", "-v6", "-v7", "-vname", "-vuid", "-vgid", "-vdir", "-vshell", "-vgecos", "-vpasswd", "-vx", "-v9", "-a.x",
             "-o", "-v0", "-k1", "-f")]
LOOKUPS += [(f"t dequote {flags}", '"a" a"b"c "a.b"@c "unclosed a\\b "" (x)') for flags in ("", "-a.x", "-s_", "-S_", "-m", "-D", "-o")]
LOOKUPS += [(f"t host {flags}", "localhost mx.try.test nosuch.test 127.0.0.1 [127.0.0.1] LOCALHOST") for flags in
            ("", "-a.", "-m", "-o", "-a.x -m")]
ARITH = [("+", "1 2"), ("-", "1 2"), ("*", "3 4"), ("/", "7 2"), ("/", "1 0"), ("l", "1 2"), ("l", "2 1"), ("=", "1 1"), ("=", "1 2"), ("|", "5 2"),
         ("&", "6 3"), ("%", "7 4"), ("%", "7 0"), ("?", "1 2"), ("+", "1"), ("+", "x 2"), ("r", "4 4"), ("+", "-1 -2"), ("*", "99999 99999"),
         ("+", "1 2 3"), ("", "1 2"), ("+", ""), ("/", "-7 2"), ("&", "-1 7"), ("+", "007 1"), ("+", "0x10 1")]

# Words behind the file, flags that a class does not know, signs between the members of a sequence.
LOOKUPS += [(f"t {words}", "a A none") for words in
            ("hash @DIR@/m trailing", "hash @DIR@/m -a.x", "hash @DIR@/m -a.x trailing", "btree @DIR@/b # x", "implicit @DIR@/m more words -f",
             "text @DIR@/words trailing", "text @DIR@/words -v1", "user trailing", "user -vuid trailing", "switch aliases trailing",
             "switch -x aliases", "null trailing", "sequence plain,other", "sequence plain:other", "sequence -- plain",
             "sequence plain.x other", "sequence pl_ain other", "regex -k a{2,", "regex -v a", "regex -o -q -T<x> a", "regex -s, a", "regex -- a",
             "arpa -b", "arpa -R A", "arpa --", "syslog -M", "syslog -O x", "syslog -q") +
            tuple(f"{kind} -s1" for kind in ("hash", "btree", "text", "user", "null", "switch", "stab", "userdb", "program", "arpa", "host", "arith"))]
LOOKUPS += [(f"t dequote {flags}", '"a" "a+b" a') for flags in
            ("-k -a<T>", "-x -a<T>", "-a<T> -k", "-D -a<T>", "-v -a<T>", "-s_ -a<T>", "-a<T> -s_", "-s_ -S-", "trailing -a<T>")]
# Asked through a rule: K line and keys.
QUOTED = '\\a a\\b "a" \\"a\\" "\\a" a'
RULED = [(f"t {words}", QUOTED) for words in
         ("hash @DIR@/m", "hash -q @DIR@/m", "hash -f @DIR@/m", "text -v1 @DIR@/words", "text -q -v1 @DIR@/words", "regex ^a$", "regex -q ^a$",
          "regex -m a", "program /bin/echo p", "program -q /bin/echo p", "sequence plain", "sequence other plain", "null", "dequote",
          "syslog", "user", "macro", "hash -a.x -m @DIR@/m", "hash -t @DIR@/missing")]
RULED += [(f"t regex {flags} (a)(b)", "ab xaby") for flags in
          ("-s0", "-s0,1", "-s1,0", "-s1,2", "-s2,1", "-s1", "-s", "-s1,", "-s,", "-s1,,2", "-sx", "-s1x2", "-d -s1,2", "-d: -s1,2", "-a<X> -s1,2",
           "-m -s1,2", "-n -s1,2")]
RULED += [("t arith", "+ +x -1 l%s =y r"), ("t arith -v -O", "+ -1 localhost")]
RULED += [(f"t {words}", "a none") for words in
          ("switch -T<TMP> nosuch", "switch -t nosuch", "switch -t -T<TMP> nosuch", "switch -o -T<TMP> nosuch", "switch -T<TMP> aliases",
           "syslog -S.", "syslog -S. -x")]
RULED += [(f"t regex {flags}", "ab ac") for flags in
          ("-s1 -s2 (a)(b)", "-s1 -s (a)(b)", "-s -s1 (a)(b)", "-s_ -d5 -s_ (a)", "-s2 (a)(b)*", "-s2,1,2 -d: (a)(b)*")]
# With an argument that names the fields: K line, argument and keys.
ARGUED = [(f"t regex {flags}", argument, "xaby a z") for flags in
          ("-s1 (a)(b)*", "-s (a)(b)*", "-d: -s1,2 (a)(b)*", "-a<X> -s2 (a)(b)*", "(a)(b)*", "-n -s1 (a)(b)*", "-m -s1 (a)(b)*")
          for argument in ("1", "2", "2,1,0", "b", "-1", "9", ",2", "2 $@ 1", "1x2", "")]
# The same in delivery mode d: -D waits.
DEFERRED = [(f"t {words}", "a localhost") for words in
            ("hash -D @DIR@/m", "btree -D @DIR@/b", "text -D -v1 @DIR@/words", "user -D", "regex -D a", "null -D", "host -D", "dequote -D",
             "arith -D", "macro -D", "program -D /bin/echo p", "syslog -D", "switch -D aliases", "arpa -D", "userdb -D maildrop",
             "hash -D -T<TMP> @DIR@/m", "hash -D -t @DIR@/m", "hash -D -a.x -m @DIR@/m", "hash @DIR@/m", "sequence plain")]


def ask(program, kline, commands, ours, *arguments):
    text = (CF + f"K{kline}\n" + ("O LogFile=/mnt/log\n" if ours else "")).replace("@DIR@", BASE)
    write(f"{BASE}/cf", text)
    env = dict(os.environ, PATH="/usr/bin:/bin:/usr/sbin:/sbin", TZ="UTC")
    done = subprocess.run([program, f"-C{BASE}/cf", "-bt", *arguments], input=commands.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, env=env, check=False)
    out = []
    for line in done.stdout.decode("latin-1").splitlines():
        # /map shows the reference's own octet for $|.
        line = re.sub(r"^(> )+", "", line).replace(BASE, "@DIR@").replace("\x9b", "$|")
        if line and not re.match("ADDRESS TEST|Enter <ruleset>|>", line):
            out.append("  " + line)
    return out


def prepare(makemap):
    clean()
    for name, options, kind, text in (("m", "-e", "hash", FILE), ("b", "-e", "btree", FILE), ("o", "", "hash", OTHER)):
        subprocess.run([makemap, "-C/dev/null", *options.split(), kind, f"{BASE}/{name}"], input=text, check=True)
    write(f"{BASE}/words", TEXT)
    write(f"{BASE}/c", COLONS)
    write(f"{BASE}/fails", "exit 75\n")
    write(f"{BASE}/two", "echo one; echo two\n")


def ask_rules(program, kline, keys, ours, *arguments, passed=""):
    commands = "".join(f"/map t {key}\nTry {key}\n" for key in keys.split(" "))
    rules = f"STry\nR$*\t$: $(t $1 {passed}$: none $)"
    print("K" + " ".join([kline, *arguments]))
    print("\n".join(line for line in ask(program, f"{kline}\n{rules}", commands, ours, *arguments) if "input:" not in line))


def main():
    program, makemap, who = sys.argv[1:4]
    prepare(makemap)
    for kline, keys in LOOKUPS:
        print("K" + kline)
        commands = "".join(f"/map t {key.replace('two+words', 'two words')}\n" for key in keys.split(" "))
        print("\n".join(ask(program, kline, commands, who == "ours")))
    for kline, keys in RULED:
        ask_rules(program, kline, keys, who == "ours")
    for kline, argument, keys in ARGUED:
        print("$@ " + argument)
        ask_rules(program, kline, keys, who == "ours", passed=f"$@ {argument} ")
    for kline, keys in DEFERRED:
        ask_rules(program, kline, keys, who == "ours", "-odd")
    for operator, words in ARITH:
        print(f"arith {operator} {words}")
        rules = "STry\nR$*	$: $(t " + operator + "".join(f" $@ {word}" for word in words.split()) + " $: none $)"
        print("\n".join(line for line in ask(program, f"t arith\n{rules}", "Try x\n", who == "ours") if "returns" in line))


if __name__ == "__main__":
    main()
