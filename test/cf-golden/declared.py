"""What a sendmail.cf declares: options, macros, classes, mailers, maps, headers, filters, queue groups.

Rules are left out (the answers compare those), so is everything about their order.  One line for each
declaration, in a form that two cf trees can share: `O Name=value`, `D{name}value`, `C{name} word`,
`F{name} file`, `K name class args`, `M name F= S= ...`, `H flags Name: value`, `T user`, `P name=value`.
"""


def logical_lines(text: str):
    line = ""
    for physical in text.split("\n"):
        if physical[:1] in (" ", "\t"):
            line += " " + physical.strip()
            continue
        if line and line[0] != "#":
            yield line
        line = physical.rstrip()
    if line and line[0] != "#":
        yield line


def name_and_rest(text: str) -> tuple[str, str]:
    if text.startswith("{"):
        name, _, rest = text[1:].partition("}")
        return name, rest
    return text[:1], text[1:]


def mailer(line: str) -> str:
    fields = [field.strip() for field in line.split(",")]
    out = []
    for field in fields[1:]:
        key, _, value = field.partition("=")
        if key == "F":
            value = "".join(sorted(set(value)))
        if key not in ("S", "R"):  # ruleset names are the tree's own
            out.append(f"{key}={value}")
    return f"M {fields[0]} " + ", ".join(sorted(out))


def declared(text: str) -> list[str]:
    out = set()
    for line in logical_lines(text):
        kind, rest = line[0], line[1:]
        if kind == "O":
            out.add("O " + "=".join(part.strip() for part in rest.strip().split("=", 1)))
        elif kind == "D":
            out.add("D{%s}%s" % name_and_rest(rest))
        elif kind == "C":
            name, words = name_and_rest(rest)
            out.update("C{%s} %s" % (name, word) for word in words.split())
        elif kind == "F":
            name, file = name_and_rest(rest)
            out.add("F{%s} %s" % (name, file.strip()))
        elif kind == "M":
            out.add(mailer(rest))
        elif kind == "K":
            out.add("K " + " ".join(rest.split()))
        elif kind == "T":
            out.update("T " + user for user in rest.split())
        elif kind in "HPXQVEL":
            out.add(kind + " " + " ".join(rest.split()))
    return sorted(out)
