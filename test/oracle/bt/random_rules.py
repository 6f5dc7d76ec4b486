#!/usr/bin/env python3
"""random_rules.py REFERENCE OURS DIR: random rulesets and inputs, whole traces compared.

SM_SEED repeats a run, SM_ROUNDS sets the number of configurations (default 20).
"""
import os
import random
import re
import subprocess
import sys

HEAD = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
O BlankSub={blank}
O QueueDirectory=/tmp
Djmx.test.example
D{{M}}a.b
Dxb
C{{X}}a a.b a.b.c b c@a B.b
C{{Y}}c c.c <a>
Kst macro
Kdq dequote
Kco arith
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
"""
LHS = ["$*", "$*", "$+", "$+", "$-", "$@", "$={X}", "$={X}", "$={Y}", "$~{X}", "$={E}", "a", "b",
       ".", "@", "c", "$|", "$#", "<", ">", "$&{M}", "$$", '"q r"', "$&{N}"]
WORDS = ["a", "b", "c", ".", ".", "@", "A", "zz", "<", ">", '"q r"', '"a', "(", ")", "+", "\\", "$"]


def lhs(rng):
    parts, binds = [], 0
    for _ in range(rng.randint(1, 6)):
        p = rng.choice(LHS)
        if p in ("$*", "$+", "$-", "$|", "$#") or p[:2] in ("$=", "$~"):
            if binds == 9:
                continue
            binds += p not in ("$|", "$#")
        parts.append(p)
    return " ".join(parts), binds


def rhs(rng, binds, sets):
    def capture():
        return "$%d" % rng.randint(1, binds) if binds else "n"
    parts = [rng.choice(["$@", "$:", "$:", "$:"])]
    for _ in range(rng.randint(0, 5)):
        parts.append(rng.choice([
            capture, capture, capture, lambda: rng.choice(["a", "b", ".", "x", "<", ">", "$|"]),
            lambda: "$&{M}", lambda: "$&{N}", lambda: "$(st {N} $@ %s $)" % capture(),
            lambda: "$(dq %s $: d %s e $)" % (capture(), capture()), lambda: "$(dq %s $)" % capture(),
            lambda: "$(co + $@ 1 $@ %s $: no $)" % capture(),
            lambda: "$>%s %s" % (rng.choice(sets), capture()), lambda: "$# m $@ h $: " + capture()])())
    return " ".join(parts)


def configuration(rng):
    sets = ["r%d" % i for i in range(8)] + ["empty"]
    text = HEAD.format(blank=rng.choice([".", " ", "_"])) + "Sempty\n"
    for i, name in enumerate(sets[:-1]):
        text += "S%s\n" % name
        for _ in range(rng.randint(1, 4)):
            left, binds = lhs(rng)
            # only later rulesets are called, so that the traces stay short
            text += "R%s\t%s\n" % (left, rhs(rng, binds, sets[i + 1:] + (["nosuch"] if rng.random() < .05 else [])))
    return text


def commands(rng):
    out = []
    for i in range(8):
        for _ in range(12):
            text = "".join(rng.choice(WORDS) + rng.choice(["", "", " "])
                           for _ in range(rng.randint(1, 9)))
            out.append("r%d %s" % (i, text))
    return "\n".join(out) + "\n"


def answer(binary, cf, text):
    out = subprocess.run([binary, "-C", cf, "-bt"], input=text.encode(), stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=120).stdout.decode("latin-1")
    return [re.sub("0x[0-9a-f]{6,}", "0x", line) for line in out.split("\n")
            if not line.startswith("WARNING: local host name")]


def main():
    reference, ours, work = sys.argv[1:4]
    seed = int(os.environ.get("SM_SEED", random.SystemRandom().randrange(10**9)))
    rng = random.Random(seed)
    rounds = int(os.environ.get("SM_ROUNDS", "20"))
    cf = os.path.join(work, "random.cf")
    total = 0
    for number in range(rounds):
        with open(cf, "w") as file:
            file.write(configuration(rng))
        text = commands(rng)
        a, b = answer(reference, cf, text), answer(ours, cf, text)
        total += text.count("\n")
        if a == b:
            continue
        for i, (left, right) in enumerate(zip(a, b)):
            if left != right:
                print("\n".join(a[max(0, i - 6):i]))
                print("- %s\n+ %s" % (left, right))
                break
        print("random rules differ: seed %d, round %d" % (seed, number))
        return 1
    print("random rules: %d commands, the same answers, seed %d" % (total, seed))
    return 0


sys.exit(main())
