"""damage.py SENDMAIL MAKEMAP DIR: damages map files in every way below and asks for keys that were in them."""
import os
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
    if kind in ("hash", "btree"):
        for page in chance.sample(pages(data), 6):
            out = bytearray(data)
            out[page * PAGE + 20:page * PAGE + 26] = b"\xff" * 6
            yield f"head of page {page}", bytes(out)
        yield "one page twice", data[:2 * PAGE] + data[PAGE:2 * PAGE] + data[3 * PAGE:]


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
                if answer not in (f"returns {VALUES[key]} (0)", "no match (75)"):
                    print(f"{kind}, {name}: {key}: {answer[:60]}")
                    wrong += 1
            os.unlink(f"{folder}/m{suffix}")
    print(f"{asked} lookups, {told} answered, {wrong} wrong")
    sys.exit(1 if wrong or asked < 1000 else 0)


if __name__ == "__main__":
    main()
