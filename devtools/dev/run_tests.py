#!/usr/bin/env python3
"""run_tests.py OBJDIR [ctest options]: runs ctest and counts.

A GoogleTest program counts by its cases, a script that prints "N passed, N failed[, N skipped]" by
that line, everything else as one. What was skipped is listed with its reason in the last lines; the
very last line is "N passed, N failed, N skipped". Exit status 0 when nothing failed.
"""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

GTEST = re.compile(r"^\[  (PASSED|SKIPPED|FAILED)\s*\] (\d+) tests?", re.M)
PLAIN = re.compile(r"^(?:\S+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.M)
SKIP_REASON = re.compile(r"^(?:SKIP|skipped): ?(.*)$", re.M | re.I)


def counts(status, output):
    plain = PLAIN.findall(output)
    if plain:
        passed, failed, skipped = plain[-1]
        return int(passed), int(failed), int(skipped or 0)
    found = {}
    for word, number in GTEST.findall(output):
        found[word] = max(found.get(word, 0), int(number))
    if found:
        return found.get("PASSED", 0), found.get("FAILED", 0), found.get("SKIPPED", 0)
    return (1, 0, 0) if status == "run" else (0, 0, 1) if status == "notrun" else (0, 1, 0)


def main():
    objdir, extra = sys.argv[1], sys.argv[2:]
    handle, report = tempfile.mkstemp(suffix=".xml")
    os.close(handle)
    environment = dict(os.environ, CTEST_OUTPUT_ON_FAILURE="1")
    environment.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    run = subprocess.run(["ctest", "--test-dir", objdir, "-j2", "--timeout", "1800",
                          "--test-output-size-passed", "1000000",
                          "--test-output-size-failed", "1000000",
                          "--output-junit", report] + extra, env=environment)
    passed = failed = skipped = 0
    reasons = []
    try:
        cases = tree.parse(report).getroot().iter("testcase")
    except tree.ParseError:
        cases = []
    finally:
        os.unlink(report)
    for case in cases:
        status = case.get("status")
        output = case.findtext("system-out") or ""
        one = counts(status, output)
        if status == "fail" and one[1] == 0:
            one = (one[0], 1, one[2])
        passed, failed, skipped = passed + one[0], failed + one[1], skipped + one[2]
        if one[2]:
            why = SKIP_REASON.findall(output)
            reasons.append("skipped: %s (%d): %s" % (case.get("name"), one[2],
                                                     "; ".join(why[:3]) or "see its output"))
    if run.returncode != 0 and failed == 0:
        failed = 1
    print()
    for reason in reasons:
        print(reason)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
