#!/usr/bin/env python3
"""bs_talk.py PROGRAM ARGUMENT...: plays the SMTP lines of standard input to a program that speaks SMTP
on its standard input and output (sendmail -bs), one command at a time; prints the replies."""
import subprocess
import sys

program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def reply():
    while True:
        line = program.stdout.readline()
        sys.stdout.buffer.write(line)
        if not line:
            sys.exit(1)
        if line[3:4] != b"-":
            return line


reply()
data = False
for line in sys.stdin.buffer:
    line = line.rstrip(b"\r\n")
    program.stdin.write(line + b"\r\n")
    if data and line != b".":
        continue
    program.stdin.flush()
    answer = reply()
    data = not data and answer.startswith(b"354")
program.stdin.close()
sys.exit(program.wait())
