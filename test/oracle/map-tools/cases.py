"""The inputs of map_tools.py: written by hand for each option and each mistake, and generated."""
import random
from dataclasses import dataclass, field


@dataclass
class Step:
    """One command: a tool and its words (sendmail is given the configuration first)."""
    words: str
    text: bytes = b""  # standard input


@dataclass
class Case:
    """Commands in an empty directory with these files; AliasFile options as in `aliases`."""
    name: str
    steps: list
    files: dict = field(default_factory=dict)
    aliases: str = "@DIR@/aliases"
    ordered: bool = False  # the order of what is printed counts


ACCESS = b"Connect:192.0.2.1\tREJECT\nTo:user@a.test\tOK\nfrom:b.test   ERROR:550 no\n\n# comment\nspam.test\tREJECT\n"


def made(name, options, text, *more, kind="hash", files=None):
    """makemap of a text, and what is in it."""
    steps = [Step(f"makemap {options} {kind} @DIR@/m".replace("  ", " "), text)]
    return Case(name, [*steps, *more], files or {})


def dumped(kind="hash", options=""):
    return Step(f"makemap {options} -u {kind} @DIR@/m".replace("  ", " "))


def of_makemap():
    twice = b"a\t1\nb\t2\na\t3\nA\t4\n"
    yield made("plain", "", ACCESS, dumped())
    yield made("btree", "", ACCESS, dumped("btree"), kind="btree")
    for option in ("-N", "-d", "-r", "-f", "-e", "-v", "-o", "-s", "-l", "-D!", "-t:", "-t=", "-c100000", "-N -f",
                   "-d -r", "-v -N", "-o -r", "-v -d", "-e -v", "-z", "-D", "-i btree", "-x"):
        for kind in ("hash", "btree"):
            yield made(f"option{option.replace(' ', '')}.{kind}", option, ACCESS + twice, dumped(kind), kind=kind)
    lines = {
        "noend": b"a\tb", "novalue": b"a\nb\t\nc \n", "blanks": b"  a\tb\n\tc\td\n   \n", 
        "eightbit": b"\xe4\xf6\tb\xff\nM\xdcLL\tx\n", "percent": b"a%b\t100%\n%\t%\n",
        "quotes": b'"a b"\tc\n"x\ty\n', "long": b"k" * 500 + b"\t" + b"v" * 500 + b"\n", "many": b"a\t1 2 3\nb  4   5 \n",
        "spaces": b"a b c\n", "empty": b"", "onlycomment": b"# x\n#y\n", "hash": b"a#b\tc#d\nx\t#y\n #z\tw\n",
        "nothing": b"\n\n\n", "at": b"@\t@\n@a.test\tx@y\n", "colon": b"a: b\nc : d\ne:f\n", "utf8": "münchen\tä\n".encode(),
        "controls": b"a\x01\tb\x02\nc\x7f\td\n", "formfeed": b"a\fb\n", "vtab": b"a\vb\n", "backslash": b"a\\\tb\\n\n\\\tx\n",
    }
    for name, text in lines.items():
        yield made(f"lines.{name}", "", text, dumped())
        yield made(f"lines.{name}.e", "-e", text, dumped(options="-e"), kind="hash")
        yield made(f"lines.{name}.t", "-t:", text, dumped("btree", "-t:"), kind="btree")
    yield made("append", "", b"a\t1\nb\t2\n", Step("makemap -o hash @DIR@/m", b"b\t3\nc\t4\n"), dumped())
    yield made("append.r", "", b"a\t1\nb\t2\n", Step("makemap -o -r hash @DIR@/m", b"b\t3\nc\t4\n"), dumped())
    yield made("append.d", "-d", b"a\t1\nb\t2\n", Step("makemap -o -d btree @DIR@/m", b"b\t3\nc\t4\n"), dumped("btree"),
               kind="btree")
    yield made("append.new", "-o", b"a\t1\n", dumped())
    yield made("again", "", b"a\t1\nb\t2\n", Step("makemap hash @DIR@/m", b"c\t3\n"), dumped())
    yield made("suffix", "", b"", Step("makemap hash @DIR@/n.db", b"a\tb\n"), Step("makemap -u hash @DIR@/n"))
    yield made("wrongkind", "", b"a\t1\n", Step("makemap -u btree @DIR@/m"), Step("makemap -o btree @DIR@/m", b"b\t2\n"))
    yield made("rubbish", "", b"a\t1\n", Step("makemap -u hash @DIR@/bad"), Step("makemap -o hash @DIR@/bad", b"a\tb\n"),
               Step("makemap hash @DIR@/bad", b"a\tb\n"), files={"bad.db": "not a database"})
    yield made("dumpnone", "", b"", Step("makemap -u hash @DIR@/none"), Step("makemap -u btree @DIR@/none"))
    yield made("nowhere", "", b"", Step("makemap hash @DIR@/no/m", b"a\tb\n"), Step("makemap hash @DIR@", b"a\tb\n"))
    yield made("types", "", b"", Step("makemap dbm @DIR@/m", b"a\tb\n"), Step("makemap foo @DIR@/m", b"a\tb\n"),
               Step("makemap HASH @DIR@/m", b"a\tb\n"), Step("makemap text @DIR@/m", b"a\tb\n"))
    yield made("words", "", b"", Step("makemap"), Step("makemap hash"), Step("makemap hash a b c"), Step("makemap -q hash m"),
               Step("makemap -t"), Step("makemap -C"))
    yield made("noconfiguration", "", b"", Step("makemap -C @DIR@/none.cf hash @DIR@/m", b"a\tb\n"))
    yield made("dump.t", "", b"a\tb\nc\td e\n", dumped(options="-t="), dumped(options="-N"), dumped(options="-d"))
    yield made("dump.null", "-N", b"a\tb\nc\td e\n", dumped(), dumped(options="-N"))


def of_aliases():
    one = {
        "plain": "postmaster: root\nroot: ada\nlist: ada, grace@b.test\n", "continued": "list: ada,\n\tgrace,\n  alan\nx: y\n",
        "nocolon": "list ada\nx: y\n", "norhs": "list:\nx: y\n", "quoted": '"a b": ada\n"c": x\n', 
        "comments": "# one\n  # two\nx: y # three\n#\n", "twice": "a: b\nA: c\na: d\n", "blank": "\n\na: b\n\n",
        "startsblank": "  a: b\nc: d\n", "program": 'p: "|/bin/cat -x"\nq: |/bin/true\n', "file": "f: /var/mail/f\n",
        "include": "l: :include:/etc/l\n", "escaped": "a: \\a, b\n", "upper": "ADA: Ada.L\nGrace: X\n", "owner": "l: a\nowner-l: b\n",
        "domain": "a@b.test: c\n@b.test: d\n", "host": "a@mx.try.test: c\n", "paren": "a (comment): b (c)\n", "angle": "a: <b@c>\n",
        "colons": "a:b:c\n", "space": "a b: c\n", "spacecolon": "a : b\n", "comma": "a: b,, c,\n", "noend": "a: b",
        "eight": "m\xfcller: ada\nx: \xe4\n", "empty": "",
        "long": "l: " + ", ".join(f"user{i}@host{i}.test" for i in range(60)) + "\n", "group": "g: friends: a, b;\n",
        "longname": "n" * 200 + ": x\n", "percent": "a%b: c%d\n", "bang": "a!b: c!d\n", "colonfirst": ": a\n", "semicolon": "a; b: c\n",
        "error": 'e: error:"no"\n', "tabs": "a:\tb\n\tc\n", "continuedcomment": "a: b,\n# c\n\td\n", 
        "devnull": "n: /dev/null\n", "plus": "a+b: c\na+*: d\n", "self": "a: a\n", "backslashname": "\\a: b\n", "onlyblank": "   \n",
        "dollar": "a: $x\n", "route": "a: <@x:b@c>\n", "dots": "a.b: c.d\n..: x\n", "twocolons": "a:: b\n", "equals": "a=b: c\n",
    }
    for name, text in one.items():
        yield Case(f"aliases.{name}", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf")], {"aliases": text})
    both = {"aliases": "a: b\nc: d\n", "other": "x: y\n"}
    yield Case("aliases.two", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf"), Step("praliases -C @DIR@/cf x a none")], both,
               "hash:@DIR@/aliases,btree:@DIR@/other")
    yield Case("aliases.options", [Step("sendmail -bi")], both, "hash:-f @DIR@/aliases,hash:-o @DIR@/none")
    yield Case("aliases.missing", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf")])
    yield Case("aliases.verbose", [Step("sendmail -v -bi")], both)
    yield Case("aliases.text", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf")], both, "text:@DIR@/aliases")
    yield Case("aliases.implicit", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf")], both, "implicit:@DIR@/aliases")
    yield Case("aliases.again", [Step("sendmail -bi"), Step("sendmail -bi"), Step("sendmail -I")], both)
    yield Case("praliases.f", [Step("sendmail -bi"), Step("praliases -f @DIR@/aliases"), Step("praliases -f hash:@DIR@/aliases a"),
                               Step("praliases -f @DIR@/none"), Step("praliases -f btree:@DIR@/aliases")], both)
    yield Case("praliases.words", [Step("praliases -z"), Step("praliases -C @DIR@/none"), Step("praliases -f")], both)
    yield Case("praliases.rubbish", [Step("praliases -C @DIR@/cf"), Step("praliases -C @DIR@/cf a")], {"aliases.db": "rubbish"})


def generated(count):
    """Lines of a few pieces, most of them fine."""
    chance = random.Random(20)
    keys = [b"a", b"A", b"user@host.test", b"192.0.2", b"x.test", b".test", b"To:y", b"%1", b'"q r"', b"\xe9", b"", b"k" * 60, b"#", b"b"]
    gaps = [b"\t", b" ", b"  \t ", b":", b"=", b""]
    values = [b"OK", b"REJECT", b"550 5.1.1 no", b"%0 %1", b"", b"x # y", b"\xfc", b"v" * 70, b" trailing ", b"a\tb", b'"x"']
    options = ["", "-N", "-d", "-r", "-f", "-e", "-v", "-t:", "-t=", "-o", "-D!", "-N -d", "-r -v", "-f -e", "-d -v", "-e -N"]
    for number in range(count):
        text = b"".join(chance.choice(keys) + chance.choice(gaps[:3] if chance.random() < 0.8 else gaps) + chance.choice(values) +
                        b"\n" for _ in range(chance.randrange(1, 9)))
        kind = chance.choice(["hash", "btree"])
        option = chance.choice(options)
        yield made(f"random.{number}", option, text, dumped(kind, option), kind=kind)
    names = ["a", "B", "owner-a", '"q r"', "x@y.test", "postmaster", "\xe9", "a.b", "a b", "", "c"]
    members = ["root", "b@c.test", "|/bin/cat", '"|/bin/a b"', "/dev/null", ":include:/x", "\\z", "<u@v>", "", "(c) d", '"e"', "f:g;", "Q"]
    for number in range(count):
        lines = []
        for _ in range(chance.randrange(1, 8)):
            line = chance.choice(names) + chance.choice([":", ": ", " : ", ":\t", ": ", " "])
            line += chance.choice([", ", ",", ",\n\t", ", "]).join(chance.choice(members) for _ in range(chance.randrange(1, 4)))
            lines.append(chance.choice(["", "", "", "", "# ", "\t"]) + line + "\n")
        yield Case(f"alias.random.{number}", [Step("sendmail -bi"), Step("praliases -C @DIR@/cf")], {"aliases": "".join(lines)})


def cases():
    yield from of_makemap()
    yield from of_aliases()
    yield from generated(60)
