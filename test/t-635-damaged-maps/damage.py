"""damage.py SENDMAIL MAKEMAP DIR: damages map files in every way below and asks for keys that were in them; then cuts
files that a process has open."""
import os
import pty
import random
import re
import subprocess
import sys

sendmail, makemap, folder = sys.argv[1:4]
KEYS = [f"key{number}" for number in range(0, 600, 7)] + ["big"]
TEXT = "".join(f"key{n}\tvalue{n} {'x' * (n % 50)}\n" for n in range(600)) + "big\t" + "v" * 6000 + "\n"
VALUES = dict(line.split("\t") for line in TEXT.splitlines())
PAGE = 4096
chance = random.Random(4)


def pages(data):
    return range(1, len(data) // PAGE)


def damages(kind, data):
    """Name, damaged copy."""
    for size in (0, 1, 100, 512, PAGE, len(data) // 2, len(data) - PAGE, len(data) - 1):
        yield f"cut to {size}", data[:size]
    for number in range(3):
        yield f"rubbish {number}", bytes(chance.randrange(256) for _ in range(chance.randrange(1, 30000)))
    if kind == "btree":
        for page in chance.sample(pages(data), 6):
            yield f"page {page} is zero", data[:page * PAGE] + bytes(PAGE) + data[(page + 1) * PAGE:]
    # Octets changed anywhere: that cannot be seen in every value, but nothing hangs or crashes.
    for number in range(40):
        out = bytearray(data)
        for _ in range(chance.randrange(1, 12)):
            page = chance.randrange(len(data) // PAGE)
            out[page * PAGE + chance.randrange(chance.choice((64, PAGE)))] = chance.randrange(256)
        yield f"octets {number}", bytes(out)
    if kind in ("hash", "btree"):
        for page in chance.sample(pages(data), 6):
            out = bytearray(data)
            out[page * PAGE + 20:page * PAGE + 26] = b"\xff" * 6
            yield f"head of page {page}", bytes(out)
        yield "one page twice", data[:2 * PAGE] + data[PAGE:2 * PAGE] + data[3 * PAGE:]


def ask(process, terminal, key):
    os.write(terminal, f"/map m {key}\n".encode())
    line = b""
    while b"map_lookup" not in line:
        line = process.stdout.readline()
        if not line:
            return "nothing"
    return line.decode("latin-1").split(") ", 1)[1].strip()


def cut_while_open(kind, path, data):
    """Somebody empties the file in place, and writes it again."""
    with open(path, "wb") as f:
        f.write(data)
    terminal, stdin = pty.openpty()  # answers at once are for terminals only
    process = subprocess.Popen([sendmail, f"-C{folder}/cf", "-bt"], stdin=stdin, stdout=subprocess.PIPE)
    os.close(stdin)
    seen = [ask(process, terminal, KEYS[0])]
    os.truncate(path, 0)
    seen.append(ask(process, terminal, KEYS[1]))
    with open(path, "r+b") as f:
        f.write(data)
    seen.append(ask(process, terminal, KEYS[2]))
    os.write(terminal, b"/quit\n")
    status = process.wait(20)
    os.close(terminal)
    os.unlink(path)
    wanted = [f"returns {VALUES[KEYS[0]]} (0)", "no match (75)", f"returns {VALUES[KEYS[2]]} (0)"]
    if seen == wanted and status == 0:
        return 0
    print(f"{kind}, cut while open: {seen}, status {status}")
    return 1


def main():
    kinds = [kind for kind in ("hash", "btree", "cdb", "lmdb")
             if kind in subprocess.run([makemap, "-l"], capture_output=True, text=True, check=True).stdout.split()]
    wrong = asked = told = 0
    for kind in kinds:
        subprocess.run([makemap, "-C", f"{folder}/cf0", kind, f"{folder}/whole"], input=TEXT.encode(), check=True,
                       stderr=subprocess.DEVNULL)
        suffix = {"cdb": ".cdb", "lmdb": ".lmdb"}.get(kind, ".db")
        with open(f"{folder}/whole{suffix}", "rb") as f:
            data = f.read()
        for name, damaged in damages(kind, data):
            with open(f"{folder}/m{suffix}", "wb") as f:
                f.write(damaged)
            with open(f"{folder}/cf", "w", encoding="ascii") as f:
                f.write(f"V10/Berkeley\nO LogLevel=0\nO DontBlameSendmail=TrustStickyBit\nO QueueDirectory={folder}\n"
                        f"Km {kind} {folder}/m\nMlocal, P=/bin/true, F=l, A=true\nMprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n")
            try:
                done = subprocess.run([sendmail, f"-C{folder}/cf", "-bt"], capture_output=True, timeout=20, check=False,
                                      input="".join(f"/map m {key}\n" for key in KEYS).encode())
            except subprocess.TimeoutExpired:
                print(f"{kind}, {name}: hangs")
                wrong += 1
                continue
            if done.returncode != 0:
                print(f"{kind}, {name}: status {done.returncode}: {done.stderr[:500]}")
                wrong += 1
            found = dict(re.findall(r"map_lookup: m \((\w+)\) (.*)", done.stdout.decode("latin-1")))
            for key in KEYS:
                asked += 1
                answer = found.get(key, "nothing")
                told += answer == f"returns {VALUES[key]} (0)"
                if name.startswith("octets") and answer != "nothing":
                    continue
                if answer not in (f"returns {VALUES[key]} (0)", "no match (75)"):
                    print(f"{kind}, {name}: {key}: {answer[:60]}")
                    wrong += 1
            os.unlink(f"{folder}/m{suffix}")
        wrong += cut_while_open(kind, f"{folder}/m{suffix}", data)
    print(f"{asked} lookups, {told} answered, {wrong} wrong")
    sys.exit(1 if wrong or asked < 1000 else 0)


if __name__ == "__main__":
    main()
