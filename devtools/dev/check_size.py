#!/usr/bin/env python3
"""check_size.py [TREE]: files over 800 lines, lines over 110 columns (clang-format aims at
100 and leaves long comments), functions over 100 lines."""
import os
import re
import sys

MAX_FILE, MAX_LINE, MAX_FUNCTION = 800, 110, 100
FOLDERS = re.compile(r"^(lib\w+|sendmail|makemap|editmap|praliases|mailstats|vacation|smrsh|"
                     r"mail\.local|rmail|bench|test)$")
# A function or other block at the left margin: ends with the "}" in column 0.
OPENS = re.compile(r"^(?!namespace|extern|class|struct|enum|constexpr|const|static constexpr|#|\}|//)"
                   r"\S.*\{$")


def functions(lines):
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and OPENS.match(line):
            start = number
        elif start is not None and line.startswith("}"):
            yield start, number - start + 1
            start = None


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "."
    bad = 0
    for folder in sorted(os.listdir(top)):
        if not FOLDERS.match(folder):
            continue
        for where, _, names in os.walk(os.path.join(top, folder)):
            for name in sorted(names):
                if not name.endswith((".cc", ".h")):
                    continue
                path = os.path.join(where, name)
                shown = os.path.relpath(path, top)
                with open(path, encoding="utf-8", errors="replace") as source:
                    lines = source.read().split("\n")
                if len(lines) > MAX_FILE:
                    print("%s: %d lines: split it (limit %d)" % (shown, len(lines), MAX_FILE))
                    bad += 1
                for number, line in enumerate(lines, 1):
                    if len(line) > MAX_LINE:
                        print("%s:%d: %d columns (limit %d)" % (shown, number, len(line), MAX_LINE))
                        bad += 1
                for start, length in functions(lines):
                    if length > MAX_FUNCTION:
                        print("%s:%d: a function of %d lines (limit %d)" %
                              (shown, start, length, MAX_FUNCTION))
                        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
