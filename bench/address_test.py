#!/usr/bin/env python3
"""Rewriting over address test mode: our sendmail and a reference sendmail on the same .cf.

    address_test.py --ours BINARY --reference BINARY --cf FILE [--host-shim LIB] [--rounds N]

Each round feeds 10,000 lines of `3,0 address` and of `check_rcpt <address>` to both, in turn, and
starts both ten times with nothing to do. Printed are addresses per second and starts per second
(medians), and the ratio ours/reference; the answers must be the same, byte for byte.
"""
import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

HOSTS = ["example.com", "mail.example.org", "sandbox.test", "mx.sandbox.test", "virtual.test",
         "a.b.c.example.net", "relay.test", "localhost", "foo.uucp", "[127.0.0.1]"]
USERS = ["alice", "bob+tag", "john.doe", "root", "x%y", '"q r"']
LINES = 10000


def addresses():
    rng = random.Random(1)
    for i in range(LINES):
        user = rng.choice(USERS + ["user%d" % i])
        yield "%s@%s" % (user, rng.choice(HOSTS) if i % 3 else "h%d.example.com" % i)


def workloads():
    client = (".D{client_addr}192.0.2.5\n.D{client_name}client.example.net\n"
              ".D{client_resolve}OK\n")
    return {"3,0": "".join("3,0 %s\n" % a for a in addresses()),
            "check_rcpt": client + "".join("check_rcpt <%s>\n" % a for a in addresses())}


def run(binary, options, text):
    environment = dict(os.environ)
    if options.host_shim:
        environment.update(LD_PRELOAD=options.host_shim, SHIM_HOST="mx.bench.test")
    # Files on both sides: a reader in Python would be the slowest part.
    with tempfile.TemporaryFile() as commands, tempfile.TemporaryFile() as answers:
        commands.write(text.encode())
        commands.seek(0)
        start = time.time()
        subprocess.run([binary, "-C", options.cf, "-bt"], stdin=commands, stdout=answers,
                       stderr=subprocess.STDOUT, env=environment)
        seconds = time.time() - start
        answers.seek(0)
        return seconds, re.sub(rb"WARNING: local host name.*\n", b"", answers.read())


def main():
    parser = argparse.ArgumentParser()
    for name in ("--ours", "--reference", "--cf"):
        parser.add_argument(name, required=True)
    parser.add_argument("--host-shim")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    same = True
    for name, text in workloads().items():
        times = {"ours": [], "reference": []}
        answers = {}
        for _ in range(options.rounds):
            for peer, binary in (("ours", options.ours), ("reference", options.reference)):
                seconds, answers[peer] = run(binary, options, text)
                times[peer].append(seconds)
        same = same and answers["ours"] == answers["reference"]
        ours, other = (LINES / statistics.median(times[p]) for p in ("ours", "reference"))
        print("%-11s ours %8.0f/s   reference %8.0f/s   ratio %.1f   answers %s" % (
            name, ours, other, ours / other,
            "the same" if answers["ours"] == answers["reference"] else "DIFFER"))
    starts = {"ours": [], "reference": []}
    for _ in range(options.rounds):
        for peer, binary in (("ours", options.ours), ("reference", options.reference)):
            starts[peer].append(sum(run(binary, options, "")[0] for _ in range(10)) / 10)
    ours, other = (1 / statistics.median(starts[p]) for p in ("ours", "reference"))
    print("%-11s ours %8.0f/s   reference %8.0f/s   ratio %.1f" % ("start", ours, other,
                                                                    ours / other))
    return 0 if same else 1


sys.exit(main())
