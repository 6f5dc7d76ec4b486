#!/usr/bin/env python3
"""compare_replies.py RECORDED OURS [-a NAMES] [-s]: two outputs of "smtp_diff.py -1", dialogue by
dialogue. Queue ids, dates, versions and AUTH challenges are equal to each other; what a build
without TLS or AUTH cannot offer (-a: dialogues named in that file) is counted apart.
-s: the instance has a certificate and accounts, what it offers is compared too.
Exit status 0: every other dialogue is the same, reply texts included."""
import re
import sys

DATE = r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w+ \d{4} \d\d:\d\d:\d\d( [-+]\d{4})?( \([A-Z]+\))?( GMT)?"


# This instance has neither a certificate nor accounts to authenticate: not offered.
SECURITY = re.compile(r"S: 250-(AUTH |STARTTLS)")


def normal(line):
    line = re.sub(r"\b[0-9A-Za-z]{8}\d{6,7}\b", "QID", line.rstrip())
    line = re.sub(DATE, "DATE", line)
    line = re.sub(r"\b\d\.\d+\.\d+\.\d+\b|\b9\.\d+\.\d+\b", "VERSION", line)
    line = re.sub(r"VERSION/VERSION", "VERSION", line)
    # What was sent for a secret is not repeated by ours.
    line = re.sub(r"cannot BASE64 decode '.*'$", "cannot BASE64 decode (secret)", line)
    return re.sub(r"334 [A-Za-z0-9+/]{20,}=*$", "334 (challenge)", line)


def dialogues(path, security):
    out, name = {}, None
    with open(path, encoding="utf-8") as source:
        for line in source:
            if line.startswith("== "):
                name = line[3:].strip()
                out[name] = []
            elif name and not line.lstrip().startswith("C:") and (
                    security or not SECURITY.search(line)):
                out[name].append(normal(line))
    return out


def main():
    args = sys.argv[1:]
    apart = set()
    security = "-s" in args
    if security:
        args.remove("-s")
    if "-a" in args:
        at = args.index("-a")
        with open(args[at + 1], encoding="utf-8") as source:
            apart = {line.split("#")[0].strip() for line in source} - {""}
        del args[at:at + 2]
    recorded, ours = dialogues(args[0], security), dialogues(args[1], security)
    same = different = expected = 0
    for name, wanted in sorted(recorded.items()):
        got = ours.get(name, [])
        if got == wanted:
            same += 1
            continue
        if name in apart:
            expected += 1
            continue
        different += 1
        for number in range(max(len(wanted), len(got))):
            w = wanted[number] if number < len(wanted) else "(end)"
            g = got[number] if number < len(got) else "(end)"
            if w != g:
                print("%s: line %d\n  recorded: %s\n  ours:     %s" % (name, number + 1, w, g))
                break
    print("dialogues %d, the same %d, different as expected %d, different %d"
          % (len(recorded), same, expected, different))
    return 1 if different else 0


sys.exit(main())
