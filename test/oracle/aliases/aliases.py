#!/usr/bin/env python3
"""aliases.py PROGRAM ours|theirs: what the program makes of every case; see ../safety/matrix.py."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "safety"))
# pylint: disable=wrong-import-position
from cases import cases
from matrix import BASE, clean, run, run_cases, write
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


def seven_bits(text):
    return "".join(chr(ord(c) & 0x7f) for c in text)


# With -v.
TOLD = "aliased to|forwarding to|including file|sending to|expanded to"


def make_databases(case):
    for name, (kind, text) in case.databases.items():
        code, out = run([os.environ["MAKEMAP"], f"-C{BASE}/cf", "-d", kind, f"{BASE}/{name}"], text)
        if code != 0:
            raise RuntimeError(f"makemap {name}: {code} {out}")


def test_mode(asker, case):
    """What test mode says of map lookups and of the files it reads for them. The first lookup opens
    the map: the reference prints in the midst of its answer what it finds in the file."""
    first = case.commands.splitlines()[0].split()[1]
    _, out = asker.sendmail("-bt", text=f"/map {first} warmup\n{case.commands}")
    lines = [re.sub(r"^(> )+|^(> )*map_lookup: \w+ \(warmup\) ", "", line)
             for line in out.splitlines()]
    wanted = r"map_lookup: .*\(\d+\)$|Map named|WARNING|/mnt/s/"
    return [line for line in lines if re.match(wanted, line) and "(warmup)" not in line]


def set_full_names(names):
    """In the account database of ../safety/inside.sh, which must stay the same file."""
    with open("/mnt/passwd", "r+", encoding="latin-1") as f:
        fields = [line.split(":") for line in f.read().splitlines()]
        for account in fields:
            account[4] = names.get(account[0], "")
        f.seek(0)
        f.truncate()
        f.write("".join(":".join(account) + "\n" for account in fields))


def ask(asker, case):
    clean()
    set_full_names(case.full_names)
    os.chmod(BASE + "/mail", 0o777)
    for name in ("fw", "home"):
        os.mkdir(f"{BASE}/{name}", 0o755)
    for name, text in case.files.items():
        owner = "user" if name.startswith(("fw/", "home/")) else "root"
        write(f"{BASE}/{name}", text, 0o644, owner)
    asker.cf(Row("case"), case.options)
    make_databases(case)
    if case.commands:
        return [line.replace(BASE, "@DIR@") for line in test_mode(asker, case)]
    if case.arguments == "-bi":
        code, out = asker.sendmail("-bi")
        lines = out.splitlines()
    else:
        if case.rebuild:
            asker.sendmail("-bi")
        code, out = asker.sendmail(*case.arguments.split(), text=case.message or "")
        # The order in which members are told is nobody's business; nor is that the reference
        # complains twice of an alias that names itself.
        lines = sorted(set((seven_bits(out) if case.seven_bits else out).splitlines()))
    if case.message is not None:
        boxes = mailboxes()
        lines = [line for line in lines if re.search(TOLD, line)] + (
            [seven_bits(line) for line in boxes] if case.seven_bits else boxes)
    lines.insert(0, f"exit {code}")
    return [line.replace(BASE, "@DIR@") for line in lines]


if __name__ == "__main__":
    run_cases(cases(), ask)
