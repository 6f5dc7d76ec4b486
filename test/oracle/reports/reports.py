#!/usr/bin/env python3
"""reports.py PROGRAM ours|theirs [NAMES]: what the program tells of every case: exit status, what it
prints, the mailboxes (reports whole), queue files and log lines, without what changes from run to
run. See ../safety/matrix.py."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "safety"))
# pylint: disable=wrong-import-position
from cases import cases
from matrix import BASE, clean, run_cases, talk, write
from rows import Row

LOG = "/mnt/log"

PLAIN = [
    (r"\b[0-9A-Za-z]{8}\d{6,7}\b", "QID"),
    (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d+ \w{3} \d{4} \d\d:\d\d:\d\d [-+A-Z0-9]+( \([A-Z]+\))?",
     "DATE"),
    (r"^(From \S+)  ?\w{3} \w{3} +\d+ .*", r"\1 DATE"),
    (r"\b[89]\.\d+\.\d+[.0-9]*(/[89]\.\d+\.\d+[.0-9]*)?(?= with|\)|/| ready|; )", "VERSION"),
    (r"QID\.\d{9,}/", "QID.STAMP/"),
    (r"\b\d{12}\.QID", "STAMP.QID"),
    (r"x?delay=\d\d:\d\d:\d\d", "delay=T"),
    (r"pri=\d+", "pri=N"),
    (r"size=\d+", "size=N"),
    # Members count before or after they are expanded.
    (r"nrcpts=\d+", "nrcpts=N"),
    # The default user's group goes with it in ours; what root's list names is said to be root's.
    (r"\b(2004[/:])(0|2004)\b", r"\1G"),
    (r"(:include:\S+) \(0/0\)", r"\1 (2004/G)"),
    (r"^C(\w+:2004:G:|:)(?=:include:)", "C(default):"),
    (r"^SMAILER-DAEMON$", "S<>"),
    (r'^(X-Actual-Recipient: rfc822; )("55\d [^"]*"@mx.try.test|bad@(err|conf).test)$', r"\1error"),
    (r"putbody: write error.*", "putbody"),
    # Read again, the reference has lost a colon.
    (r":*\binclude:(?=/mnt)", ":include:"),
]
# What every report says, and the message that it returns.
COMMON = re.compile(
    r"$|--QID|This is a MIME|The original message was received|from \S+@localhost$|MIME-Version: 1.0|"
    r"Arrival-Date: |Reporting-MTA: dns; mx|Last-Attempt-Date: |Date: DATE|Content-Type: (multip|mess)|"
    r"\tboundary=|Auto-Submitted: auto-generated \(failure|From: (MAILER-DAEMON|Mail Delivery Subsystem <MAILER-DAEMON>)$|Action: failed|"
    r"From:$|Subject: (s|Returned mail: see transcript for details)$|body$")


def plain(line):
    for pattern, text in PLAIN:
        line = re.sub(pattern, text, line)
    return line.replace(BASE, "@DIR@").rstrip()


def lines_of(path):
    with open(path, encoding="latin-1") as f:
        return [plain(line) for line in f.read().splitlines()]


def mailboxes():
    out = []
    for name in sorted(os.listdir(BASE + "/mail")):
        out.append(f"box {name}")
        lines = lines_of(f"{BASE}/mail/{name}")
        report = any(line.startswith("This is a MIME") for line in lines)
        out += ["| " + line for line in lines if not (report and COMMON.match(line))]
    return out


# Kept otherwise by ours on purpose, see doc/delivery-differences.md: I and the length of the body.
def queue():
    out = []
    for name in sorted(os.listdir(BASE + "/q")):
        if name[:2] not in ("qf", "Qf", "hf"):
            continue
        out.append(f"queue {name[:2]}")
        records = [line for line in lines_of(f"{BASE}/q/{name}")
                   if not re.match(r"[TKPIV]\d|\$\{body_octets\}|\.$|H|F[bs]*$|A\S|\$|N\d", line)]
        kept = []
        for record in records:
            # Ours tells of each recipient why it waits.
            if not (record.startswith("M") and any(one[0] == "M" for one in kept)):
                kept.append(record)
        # P tells whether somebody was read from a queue file: not for what was only now expanded.
        out += ["| " + re.sub(r"^RP(?=[A-Z]+:)", "R", record) for record in kept]
    return out


def log():
    out = []
    for line in lines_of(LOG) if os.path.exists(LOG) else []:
        line = re.sub(r"^.*?\[\d+\]: ", "", line)
        line = re.sub(r" \((chmod|chown|or DontBlame)[^)]*\)$", "", line)
        if re.search(r"aliases, longest|database .* rebuilt|connect from|Authentication-Warn|"
                     r"^engine=|STARTTLS|^broker: |safesasl|AUTH: |Milter: no active", line):
            continue
        # Where it is written by the delivery nothing was said before.
        if line.endswith(", stat=queued"):
            continue
        out.append("log " + re.sub(r"ctladdr=:include", "ctladdr=include", line))
    # The order is nobody's business; the reference tells of an alias in a loop twice.
    return sorted(line for number, line in enumerate(out)
                  if not (re.search(r"QID: alias ", line) and line in out[:number]))


def told(case, code, out):
    lines = [plain(line) for line in out.splitlines()]
    if case.dialogue:
        lines = [line for line in lines if not line.startswith(("220", "221"))]
    return [f"exit {code}"] + ["> " + line for line in lines]


# The mailer of mailboxes: as the recipient; who has a file wait.USER must wait.
LOCAL = """\
test ! -e /mnt/s/wait.$1 || { cat >/dev/null; exit 75; }
umask 0
exec cat >>/mnt/s/mail/$1
"""


def configure(asker, case):
    asker.cf(Row("case"), case.options)
    with open(BASE + "/cf", encoding="latin-1") as f:
        text = f.read()
    text = text.replace("HSubject:\n", "")
    text = re.sub(r"(?m)^(Mlocal, .*F=lsDFMAw5:/\|@q)S9(.*), A=.*$", r"\g<1>9\2, A=sh /mnt/s/local $u", text)
    text = text.replace("\nS0\n", "\nS0\n" + ERRORS, 1)
    write(BASE + "/cf", text)
    write(BASE + "/local", LOCAL)


ERRORS = """\
R$* @ err.test\t$#error $@ 5.7.1 $: "550 no mail to err"
R$* @ conf.test\t$#error $@ CONFIG $: "553 bad config"
R$* @ temp.test\t$#error $@ 4.7.1 $: "450 try later"
"""


def place(case):
    os.chmod(BASE + "/mail", 0o1777)
    for name in ("fw", "home", "maps"):
        os.mkdir(f"{BASE}/{name}", 0o755)
    for name, content in case.files.items():
        text, mode, owner = content if isinstance(content, tuple) else (content, 0o644, None)
        if owner is None:
            # A .forward belongs to the one it is named after.
            owner = name[3:].split("+")[0] if name.startswith("fw/") else "root"
        write(f"{BASE}/{name}", text, mode, owner)


def ask(asker, case):
    clean()
    if os.path.exists(LOG):
        os.unlink(LOG)
    place(case)
    configure(asker, case)
    code, out = asker.sendmail("-bi")
    lines = [] if case.quiet_rebuild else told(case, code, out)
    if os.path.exists(LOG):
        os.unlink(LOG)
    write(LOG, "", 0o666)
    if case.dialogue:
        code, out = talk([asker.program, f"-C{BASE}/cf", "-bs"], case.dialogue)
    else:
        code, out = asker.sendmail(*case.arguments.split(" "), text=case.message)
    lines += told(case, code, out)
    if case.run:
        asker.sendmail(*case.run.split())
        lines.append("run")
    lines += mailboxes() + queue() + log()
    # Decided otherwise, see doc/delivery-differences.md.
    if "owner-" in case.files["aliases"]:
        lines = [line for line in lines if not re.match(r"log QID: (QID: (clone|DSN):|done)", line)]
    if "loop" in case.name:
        lines = [line for line in lines if "(expanded from:" not in line]
    return lines


if __name__ == "__main__":
    run_cases(cases(), ask)
