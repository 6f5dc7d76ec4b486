#!/usr/bin/env python3
"""map_tools.py SENDMAIL MAKEMAP PRALIASES [REGEX]: what the programs print, how they end and what is in the files they
make, for every case of cases.py. Run inside ../safety/inside.sh."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "safety"))
# pylint: disable=wrong-import-position
from cases import cases
from matrix import BASE, clean, write

CF = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
O LogLevel=0
O QueueDirectory=@DIR@/q
O ServiceSwitchFile=@DIR@/switch
O HostsFile=@DIR@/hosts
Djmx.try.test
S3
S0
R$*	$#local $: $1
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
"""


def run(words, text):
    env = dict(os.environ, PATH="/usr/bin:/bin:/usr/sbin:/sbin", TZ="UTC")
    done = subprocess.run(words, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, env=env, check=False,
                          cwd=BASE)
    return done.returncode, done.stdout


def shown(octets, program):
    """ASCII, a line stays a line. The reference shows aliases without the eighth bit."""
    if program == "sendmail":
        octets = bytes(octet & 0x7F for octet in octets)
    text = re.sub(r"^/\S*/(\w+: (invalid option|option requires))", r"\1", octets.decode("latin-1"))
    return text.replace(BASE, "@DIR@").encode("unicode_escape").decode()


def contents(path):
    """Kind and entries of a database file."""
    code, out = run(["db5.3_dump", "-p", path], b"")
    if code != 0:
        return ["not a database"]
    head, _, rest = out.decode("latin-1").partition("HEADER=END\n")
    lines = [line[1:] for line in rest.splitlines() if line.startswith(" ")]
    entries = [f"{key} => {value}" for key, value in zip(lines[::2], lines[1::2])]
    kind = [line for line in head.splitlines() if re.match("type=|duplicates=", line)]
    return [" ".join(kind), *sorted(entries)]


def ask(case, tools):
    clean()
    for name, text in case.files.items():
        write(f"{BASE}/{name}", text)
    write(f"{BASE}/cf", (CF + f"O AliasFile={case.aliases}\n").replace("@DIR@", BASE))
    out = []
    for step in case.steps:
        words = [word.replace("@DIR@", BASE) for word in step.words.split()]
        words[:1] = tools[words[0]]
        code, text = run(words, step.text)
        lines = [shown(line, step.words.split()[0]) for line in text.split(b"\n")]
        lines = [line for line in lines if not re.match("cdb|lmdb", line)]  # the reference has not these
        out += [f"$ {step.words}", *(lines if case.ordered else sorted(lines)), f"exit {code}"]
    for name in sorted(os.listdir(BASE)):
        if name.endswith(".db"):
            out += [name, *contents(f"{BASE}/{name}")]
    return out


def main():
    sendmail, makemap, praliases = sys.argv[1:4]
    tools = {"sendmail": [sendmail, f"-C{BASE}/cf"], "makemap": [makemap, f"-C{BASE}/cf"], "praliases": [praliases]}
    for case in cases():
        if len(sys.argv) > 4 and not re.search(sys.argv[4], case.name):
            continue
        print(f"{case.name}:")
        for line in ask(case, tools):
            print("  " + line)


if __name__ == "__main__":
    main()
