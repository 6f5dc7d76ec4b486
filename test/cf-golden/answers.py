"""Address test mode, asked many questions at once: what a configuration answers, without the way to it.

Two cf trees name and divide their inner rulesets differently, so of a trace only the ends count: for each
ruleset that the question itself names, what it returned.  Everything else that is printed counts.
"""
import re
import subprocess

MARK = "{endOfAnswer}"
STEP = re.compile(r"^(\S+) +(input|returns): ?(.*)$")
TRACE = re.compile(r"^(-----|rewritten as|\$[0-9]+: 0x|ruleset )")
NUMBER = re.compile(r"^(== Ruleset \S+) \(\d+\)")


def unescape(line: bytes) -> bytes:
    """\\xNN, \\t and \\\\ in a line of questions stand for octets."""
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|t|\\)",
                  lambda m: {b"t": b"\t", b"\\": b"\\"}.get(m[1]) or bytes([int(m[1][1:], 16)]), line)


def questions(path: str) -> list[bytes]:
    """One question a line; "#" begins a comment line."""
    with open(path, "rb") as file:
        return [unescape(line) for line in file.read().split(b"\n")
                if line.strip() and not line.startswith(b"#")]


def ends(lines: list[str]) -> list[str]:
    """The lines of one answer without the steps inside of a ruleset."""
    out, depth = [], 0
    for line in lines:
        step = STEP.match(line)
        if step and step[2] == "input":
            depth += 1
        elif step:
            depth = max(depth - 1, 0)
            if depth == 0:
                out.append(" ".join(step.group(1, 3)).rstrip())
        elif not TRACE.match(line):
            out.append(NUMBER.sub(r"\1", line.rstrip()))
    return out


def ask(program: list[str], asked: list[bytes], directory: str) -> list[list[str]]:
    """One list of lines for each question.  RuntimeError when the program does not get that far."""
    text = b"".join(b"%s\n.D%s%d\n$%s\n" % (question, MARK.encode(), number, MARK.encode())
                    for number, question in enumerate(asked))
    done = subprocess.run(program + ["-bt"], input=text, capture_output=True, timeout=300, cwd=directory,
                          check=False)
    output = done.stdout.decode("latin-1").replace(directory, "@DIR@")
    body = output.split("Enter <ruleset> <address>\n", 1)
    if len(body) != 2:
        raise RuntimeError(output + done.stderr.decode("latin-1")[:2000])
    out, lines = [], []
    for line in body[1].split("\n"):
        while line.startswith("> "):
            line = line[2:]
        if line == str(len(out)):
            # A class is listed in no order.
            asked_now = asked[len(out)] if len(out) < len(asked) else b""
            found = ends(lines)
            out.append(sorted(found) if asked_now.startswith(b"$=") else found)
            lines = []
        elif line:
            lines.append(line)
    if len(out) != len(asked):
        raise RuntimeError(f"{program[0]} stopped at question {len(out) + 1}: {asked[len(out)]!r}")
    return out
