#!/usr/bin/env python3
"""aliases.py PROGRAM ours|theirs: what the program makes of every case; see ../safety/matrix.py."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "safety"))
# pylint: disable=wrong-import-position
from cases import cases
from matrix import Asker, BASE, clean, write
from rows import Row


def mailboxes():
    """Who got the message, and how often."""
    out = []
    for name in sorted(os.listdir(BASE + "/mail")):
        with open(f"{BASE}/mail/{name}", encoding="latin-1") as f:
            text = f.read()
        senders = re.findall(r"^From (\S+)  ?\w\w\w ", text, re.MULTILINE)
        out.append(f"box {name}: {' '.join(senders)}")
    left = len([n for n in os.listdir(BASE + "/q") if n.startswith("qf")])
    return out + ([f"{left} queued"] if left else [])


def ask(asker, case):
    clean()
    os.chmod(BASE + "/mail", 0o777)
    for name in ("fw", "home"):
        os.mkdir(f"{BASE}/{name}", 0o755)
    for name, text in case.files.items():
        owner = "user" if name.startswith(("fw/", "home/")) else "root"
        write(f"{BASE}/{name}", text, 0o644, owner)
    asker.cf(Row("case"), case.options)
    if case.arguments == "-bi":
        code, out = asker.sendmail("-bi")
        lines = out.splitlines()
    else:
        asker.sendmail("-bi")
        code, out = asker.sendmail(*case.arguments.split(), text=case.message or "")
        # The order in which members are told is nobody's business; nor is that the reference
        # complains twice of an alias that names itself.
        lines = sorted(set(out.splitlines()))
    if case.message is not None:
        lines = mailboxes()
    else:
        lines.insert(0, f"exit {code}")
    return [line.replace(BASE, "@DIR@") for line in lines]


def main():
    asker = Asker(sys.argv[1], "", sys.argv[2] == "ours")
    for case in cases():
        if len(sys.argv) > 3 and not re.search(sys.argv[3], case.name):
            continue
        print(case.name)
        for line in ask(asker, case):
            print("    " + line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
