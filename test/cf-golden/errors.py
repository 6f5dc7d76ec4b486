#!/usr/bin/env python3
"""errors.py CF_TREE: what m4 says of an .mc file that is wrong: which file and line, and whether m4 fails.

It fails where the result would be wrong.  Where the old tree only speaks, and its result is usable, so do we."""
import os
import re
import subprocess
import sys
import tempfile

OS = "OSTYPE(`linux')\n"
END = "MAILER(`local')\nMAILER(`smtp')\n"
# text of x.mc, what is said (a pattern; "" nothing), whether m4 fails
CASES = [
    (OS + END, "", False),
    (END, r"\*\*\* ERROR: no system type defined \(use OSTYPE before MAILER\).* \(at x\.mc:1\)", True),
    ("OSTYPE(`nosuch')\n" + END, r"x\.mc:1: cannot open .*ostype/nosuch\.m4", True),
    (OS + "FEATURE(`nosuch')\n" + END, r"x\.mc:2: cannot open .*feature/nosuch\.m4", True),
    (OS + "MAILER(`nosuch')\n", r"x\.mc:2: cannot open .*mailer/nosuch\.m4", True),
    (OS + "DOMAIN(`nosuch')\n" + END, r"x\.mc:2: cannot open .*domain/nosuch\.m4", True),
    (OS + OS + END, r"\*\*\* ERROR: OSTYPE\(linux\): the system type is already set to linux \(at x\.mc:2\)", False),
    (OS + END + "FEATURE(`redirect')\n", r"\*\*\* ERROR: FEATURE\(\) should be before MAILER\(\) \(at x\.mc:4\)", False),
    (OS + END + "MAILER(`smtp')\n", r"\*\*\* ERROR: MAILER\(smtp\) already included \(at x\.mc:4\)", False),
    (OS + "MAILER(`uucp')\n", r"\*\*\* ERROR: MAILER\(smtp\) must come before MAILER\(uucp\)|^$", False),
    (OS + "FEATURE(`nullclient')\n", r"\*\*\* ERROR: FEATURE\(nullclient\) needs the name of the hub \(at x\.mc:2\)", True),
    (OS + "FEATURE(`tls_failures')\n" + END, r"\*\*\* ERROR: .*confTLS_FALLBACK_TO_CLEAR.* \(at x\.mc:2\)", False),
    (OS + "FEATURE(`ratecontrol')\n" + END, r"\*\*\* ERROR: FEATURE\(ratecontrol\) needs FEATURE\(access_db\) before it \(at x\.mc:2\)", False),
    (OS + "FEATURE(`delay_checks', `foe')\n" + END, r"\*\*\* ERROR: FEATURE\(delay_checks, foe\): use friend or hater \(at x\.mc:2\)", False),
    (OS + "FEATURE(`promiscuous_relay')\n" + END, r"\*\*\* WARNING: FEATURE\(promiscuous_relay\) .*open relay.* \(at x\.mc:2\)", False),
    (OS + "FEATURE(`blacklist_recipients')\n" + END, r"\*\*\* WARNING: .*blocklist_recipients", False),
    (OS + "LOCAL_TRY_TLS\n" + END, r"\*\*\* WARNING: LOCAL_TRY_TLS should be used after MAILER\(\) \(at x\.mc:2\)", False),
    ("define(`confREAD_TIMEOUT', `1h')\n" + OS + END, r"\*\*\* ERROR: confREAD_TIMEOUT is obsolete", False),
    ("define(`confDEF_GROUP_ID', `1')\n" + OS + END, r"\*\*\* ERROR: confDEF_GROUP_ID is obsolete .*confDEF_USER_ID", False),
    (OS + "FEATURE(`prefixmod', `x')\n" + END, r"\*\*\* ERROR: FEATURE\(prefixmod\) needs", True),
]


def main():
    tree = os.path.abspath(sys.argv[1])
    bad = 0
    for text, pattern, fails in CASES:
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "x.mc"), "w", encoding="ascii") as file:
                file.write(text)
            done = subprocess.run(["m4", f"-D_CF_DIR_={tree}/", f"{tree}/m4/cf.m4", "x.mc"], cwd=directory,
                                  capture_output=True, encoding="latin-1", check=False)
        said = bool(re.search(pattern, done.stderr)) if pattern else done.stderr == ""
        if not said or (done.returncode != 0) != fails:
            print(f"--- {text}m4 ended with {done.returncode} and said: {done.stderr}")
            bad += 1
    print(f"{len(CASES)} wrong files, {bad} not as expected")
    sys.exit(1 if bad else 0)


main()
