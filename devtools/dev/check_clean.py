#!/usr/bin/env python3
"""check_clean.py [TREE]: nothing of one machine in the tree: no paths of a developer's work folder,
no unfinished conflict, no word that says a thing is to be done without an issue number."""
import os
import re
import subprocess
import sys

# Split so that this file does not find itself.
FORBIDDEN = [
    (re.compile("/wor" + "k/|/tmp/w" + "t/|/tmp/orac" + "le"), "a path of one machine"),
    (re.compile("^<<<<<" + "<< |^>>>>>" + ">> "), "an unfinished merge"),
    (re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))"), "no issue number"),
]
SKIP = re.compile(r"\.(db|png|gz|msg|env)$|/corpus/|^test/oracle/.*\.(txt|out|golden)$")


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "."
    listed = subprocess.run(["git", "-C", top, "ls-files", "-z"], stdout=subprocess.PIPE)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    bad = 0
    for name in names:
        path = os.path.join(top, name)
        if SKIP.search(name) or not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8", errors="replace") as source:
            for number, line in enumerate(source, 1):
                for pattern, what in FORBIDDEN:
                    if pattern.search(line) and name != "devtools/dev/check_clean.py":
                        print("%s:%d: %s: %s" % (name, number, what, line.strip()[:80]))
                        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
