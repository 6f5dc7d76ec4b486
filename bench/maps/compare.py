#!/usr/bin/env python3
"""compare.py SENDMAIL MAKEMAP [REFERENCE_SENDMAIL REFERENCE_MAKEMAP] [-n ENTRIES] [-s]: how long makemap takes for
access entries, and how many lookups a second test mode makes, beside postmap and the reference, in one run.  Medians
of three rounds; every file is flushed to the disk before the clock stops (sync_file for those that do not).  The
entries come in no order, as people write them; -s: in the order of their keys, the best case of a btree.  Needs root:
everything runs under a host name with a dot and without a resolver, for which the reference would wait a minute."""
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

HOST = "mx.bench.test"
if os.uname().nodename != HOST:
    setting = f"echo '127.0.0.1 {HOST} localhost' >$1; mount --bind $1 /etc/hosts; hostname {HOST}; ip link set lo up; shift; exec \"$@\""
    with tempfile.NamedTemporaryFile() as hosts:
        os.chmod(hosts.name, 0o644)
        sys.exit(subprocess.run(["unshare", "-mnu", "sh", "-c", setting, "sh", hosts.name, sys.executable,
                                 *sys.argv]).returncode)

arguments = sys.argv[1:]
entries = 1_000_000
if "-n" in arguments:
    at = arguments.index("-n")
    entries = int(arguments[at + 1])
    del arguments[at:at + 2]
in_order = "-s" in arguments
if in_order:
    arguments.remove("-s")
ours, our_makemap = arguments[:2]
reference = arguments[2:4]
ROUNDS = 3


def clock(command, source, target):
    taken = []
    for _ in range(ROUNDS):
        if os.path.exists(target):
            os.unlink(target)
        with open(source, "rb") as file:
            start = time.monotonic()
            subprocess.run(command, stdin=file, check=True, stderr=subprocess.DEVNULL)
            fd = os.open(target, os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
            taken.append(time.monotonic() - start)
    return statistics.median(taken)


def lookups(program, kind, directory, count=200_000):
    config = os.path.join(directory, kind + ".cf")
    with open(config, "w") as file:
        file.write("V10/Berkeley\nO OperatorChars=.:%@!^/[]+\nO LogLevel=0\nDjmx.try.test\nO DontBlameSendmail=Safe,"
                   f"TrustStickyBit\nO QueueDirectory={directory}\nKm {kind} {directory}/m\n"
                   "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\nMprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n")
    commands = os.path.join(directory, "commands")
    with open(commands, "w") as file:
        for i in range(count):
            file.write(f"/map m to:user{i * 7919 % entries}@host{i * 7919 % entries % 9973}.test\n")
    taken = []
    for _ in range(ROUNDS):
        # Files on both sides: a reader in Python would be the slowest part.
        with open(commands, "rb") as file, open(os.path.join(directory, "answers"), "w+b") as answers:
            start = time.monotonic()
            subprocess.run([program, "-C" + config, "-bt"], stdin=file, stdout=answers, check=True)
            taken.append(time.monotonic() - start)
            answers.seek(0)
            out = answers.read()
        assert out.count(b"returns") == count, out[:500]
    return count / statistics.median(taken)


with tempfile.TemporaryDirectory(prefix="sm-bench.") as directory:
    os.chmod(directory, 0o755)
    source = os.path.join(directory, "m")
    numbers = list(range(entries))
    if in_order:
        numbers.sort(key=str)
    else:
        random.Random(7).shuffle(numbers)
    with open(source, "w") as file:
        for i in numbers:
            file.write(f"To:user{i}@host{i % 9973}.test\tERROR:5.1.1:\"550 User {i} unknown\"\n")
    suffix = {"hash": ".db", "btree": ".db", "cdb": ".cdb", "lmdb": ".lmdb"}
    for kind in suffix:
        target = source + suffix[kind]
        row = {"ours": clock([our_makemap, "-C/dev/null", kind, source], source, target)}
        speed = {"ours": lookups(ours, kind, directory)}
        if subprocess.run(["postmap", "-c", "/etc/postfix", "-q", "x", kind + ":/nonexistent"],
                          capture_output=True).stderr.find(b"unsupported dictionary") < 0:
            postmap_source = os.path.join(directory, "p")
            if not os.path.exists(postmap_source):
                os.link(source, postmap_source)
            row["postmap"] = clock(["postmap", kind + ":" + postmap_source], source, postmap_source + suffix[kind])
        if reference and kind in ("hash", "btree"):
            row["reference"] = clock([reference[1], "-C/dev/null", kind, source], source, target)
            speed["reference"] = lookups(reference[0], kind, directory)
        print(f"{kind}: makemap of {entries} entries: " +
              ", ".join(f"{name} {value:.2f} s ({value / row['ours']:.1f}x)" for name, value in row.items()))
        print(f"{kind}: lookups a second: " +
              ", ".join(f"{name} {value:,.0f} ({speed['ours'] / value:.1f}x)" for name, value in speed.items()), flush=True)
