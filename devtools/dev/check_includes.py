#!/usr/bin/env python3
"""check_includes.py [TREE]: the layers. Who may include whom stands in ALLOWED; everything else
fails, with the line. Also: where fork and friends, #if, and the headers of big libraries may be."""
import os
import re
import sys

BELOW = {
    "libsm": [],
    "libmail": ["libsm"],
    "libnet": ["libmail", "libsm"],
    "libmap": ["libnet", "libmail", "libsm"],
    "libcf": ["libmap", "libnet", "libmail", "libsm"],
}
LIBRARIES = ["libcf", "libmap", "libnet", "libmail", "libsm"]
TOOL = ["libsm", "libmap", "libmail", "libnet", "libcf"]
ENVELOPE = LIBRARIES + ["sendmail/envelope", "sendmail/log", "sendmail/stats"]
# Whoever needs root's things gets a Privileged& parameter.
MIDDLE = ENVELOPE + ["sendmail/privileged"]
ALLOWED = dict(BELOW)
ALLOWED.update({
    "sendmail/log": LIBRARIES,
    "sendmail/stats": LIBRARIES,
    "sendmail/envelope": LIBRARIES + ["sendmail/log", "sendmail/stats"],
    "sendmail/queue": MIDDLE,
    "sendmail/route": MIDDLE,
    "sendmail/milter": MIDDLE,
    "sendmail/deliver": MIDDLE,
    "sendmail/bounce": MIDDLE + ["sendmail/deliver"],
    # The broker makes and names jobs for sessions: it knows the queue's file operations.
    "sendmail/privileged": ENVELOPE + ["sendmail/queue", "sendmail/route"],
    "sendmail/runner": MIDDLE + ["sendmail/queue", "sendmail/route", "sendmail/deliver",
                                 "sendmail/bounce"],
    "sendmail/server": MIDDLE + ["sendmail/queue", "sendmail/route", "sendmail/milter",
                                 "sendmail/runner"],
    "sendmail/daemon": MIDDLE + ["sendmail/server", "sendmail/runner", "sendmail/queue"],
    "sendmail/main": MIDDLE + ["sendmail/daemon", "sendmail/server", "sendmail/runner",
                               "sendmail/queue", "sendmail/route", "sendmail/deliver",
                               "sendmail/bounce", "sendmail/milter"],
})
for tool in ("makemap", "editmap", "praliases", "mailstats", "vacation", "smrsh", "mail.local",
             "rmail"):
    ALLOWED[tool] = TOOL + (["sendmail/stats"] if tool == "mailstats" else [])

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")
PROCESS = re.compile(r"(?<![\w.>])(::)?(v?fork|_exit|_Exit|execve?|execvp?e?|execl[pe]?|waitpid|wait4)\s*\(")
HEAVY = re.compile(r"^(openssl/|sasl/|db\.h|resolv\.h|ldap\.h|lmdb\.h|cdb\.h)")
MAY_FORK = {"libsm/process.cc"}
MAY_IF = re.compile(r"^libsm/(port/|features\.cc$)")


def unit_of(path):
    parts = path.split("/")
    if parts[0] == "sendmail":
        return "/".join(parts[:2]) if len(parts) > 2 else None
    return parts[0] if parts[0] in ALLOWED else None


def check(path, lines, complain):
    unit = unit_of(path)
    if unit is None or unit not in ALLOWED:
        return
    is_test = path.endswith("_test.cc")
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            target = unit_of(found.group(2)) if found.group(1) == '"' else None
            if target and target != unit and target not in ALLOWED[unit] and not is_test:
                complain(path, number, "%s may not include %s" % (unit, target))
            if HEAVY.match(found.group(2)) and not is_test and not (
                    path.endswith(".cc") and unit in ("libnet", "libmap", "makemap")
                    or path.startswith(("libnet/openssl", "libnet/sasl", "libmap/"))):
                complain(path, number, "%s belongs in .cc files of libnet and libmap" % found.group(2))
        code = re.sub(r"//.*|\"(\\.|[^\"\\])*\"", "", line)
        if CONDITION.match(line) and not MAY_IF.match(path):
            complain(path, number, "#if outside libsm/port and libsm/features.cc")
        if PROCESS.search(code) and path not in MAY_FORK and not is_test:
            complain(path, number, "processes are libsm/process.cc's")


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "."
    bad = []

    def complain(path, number, what):
        bad.append("%s:%d: %s" % (path, number, what))

    for folder in {name.split("/")[0] for name in ALLOWED}:
        for where, _, names in os.walk(os.path.join(top, folder)):
            for name in names:
                if name.endswith((".cc", ".h")):
                    path = os.path.relpath(os.path.join(where, name), top)
                    with open(os.path.join(top, path), encoding="utf-8") as source:
                        check(path, source.read().split("\n"), complain)
    print("\n".join(sorted(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
