"""The cases: name, options, files (name: text), arguments, message or None.

Decided otherwise on purpose and so not here: 8-bit bytes in members are kept (the reference takes
the high bit away), CR at the end of a line is no part of the last member, a comment in the middle
of a continued alias does not end it, and a name that is no address is refused.
"""
from typing import NamedTuple, Optional


class Case(NamedTuple):
    name: str
    arguments: str
    options: str = ""
    files: dict = {}
    message: Optional[str] = None


MAIN = """\
# comment
postmaster: user
plain: other
upper: OTHER
MiXed: other
two: user, other
spaced : user , other
cont: user,
\tother
cont2: user, other,
    keeper
empty-line: user

after: other
quoted: "other"
"quoted key": other
angle: <other>
named: The Other <other>
comment: other (a comment)
prog: |/bin/true
progargs: "|/bin/cat a b"
file: /mnt/s/mail/box
filequoted: "/mnt/s/mail/a box"
inc: :include:/mnt/s/inc
incquoted: ":include:/mnt/s/inc"
incmissing: :include:/mnt/s/missing
increlative: :include:inc
incnested: :include:/mnt/s/outer
incself: :include:/mnt/s/selflist
escape: \\other
escapeself: \\escapeself
user: \\user, other
selfish: selfish, other
loop1: loop2
loop2: loop1
chain1: chain2
chain2: chain3
chain3: chain4
chain4: chain5
chain5: other
list: user, other, keeper
owner-list: keeper
list2: other
owner-list2: list2-request
list2-request: keeper
dup: other, other
dup2: plain, upper, other
unknown: nosuch
unknown2: nosuch, other
remote: someone@far.test
plus: other
plus+detail: keeper
error: error:5.7.0:550 no mail here
eight: caf\xe9
caf\xe9s: other
semi: user; other
group: friends: user, other;
at: other@mx.try.test
empty: ""
devnull: /dev/null
many: plain, two, list, prog, file
"""
INC = """\
# a list
user, other

keeper (comment)
"""
OPTIONS = "O AliasFile=/mnt/s/aliases\nO MaxAliasRecursion=10\nO ForwardPath=/mnt/s/fw/$u+$h:/mnt/s/fw/$u"
FILES = {
    "aliases": MAIN,
    "inc": INC,
    "outer": "plain\n:include:/mnt/s/inc\nnosuch\n|/bin/true\n",
    "selflist": "other\n:include:/mnt/s/selflist\n",
}
NAMES = """postmaster plain upper PLAIN mixed MIXED two spaced cont cont2 empty-line after quoted
angle named comment prog progargs file filequoted inc incquoted incmissing increlative incnested
escape escapeself user selfish loop1 chain1 list list2 dup dup2 unknown unknown2 remote plus
plus+detail plus+other semi group at devnull many nosuch \\plain plain@mx.try.test
PLAIN@MX.TRY.TEST |/bin/true /mnt/s/mail/box :include:/mnt/s/inc owner-list""".split()
FORWARDS = {
    "one": "other\n",
    "self": "\\user, other\n",
    "selfname": "user, other\n",
    "several": "other\nkeeper\n",
    "comment": "# no\n\nother\n",
    "empty": "",
    "onlycomment": "# nothing\n",
    "program": '"|/bin/cat x"\n',
    "bare": "|/bin/cat x\n",
    "file": "/mnt/s/mail/box\n",
    "include": ":include:/mnt/s/inc\n",
    "unknown": "nosuch\n",
    "aliased": "plain\n",
    "loop": "back\n",
    "commas": "other, keeper,\n",
    "noeol": "other",
    "remote": "a@far.test\n",
    "crlf": "other\r\n",
}


def cases():
    for name in NAMES:
        yield Case(f"verify {name}", f"-bv {name}", OPTIONS, FILES)
    yield Case("verify two at once", "-bv plain two", OPTIONS, FILES)
    yield Case("no aliasing", "-bv -n plain", OPTIONS, FILES)
    yield Case("recursion 3", "-bv chain1", OPTIONS.replace("Recursion=10", "Recursion=3"), FILES)
    yield Case("recursion 4", "-bv chain1", OPTIONS.replace("Recursion=10", "Recursion=4"), FILES)
    for name, text in FORWARDS.items():
        files = {"aliases": "plain: other\nback: user\n", "inc": INC, "fw/user": text}
        yield Case(f"forward {name}", "-bv user", OPTIONS, files)
    both = {"aliases": "plain: other\n", "fw/user": "other\n", "fw/user+x": "keeper\n"}
    yield Case("forward path without detail", "-bv user", OPTIONS, both)
    yield Case("forward path of a home", "-bv user",
               "O AliasFile=/mnt/s/aliases\nO ForwardPath=$z/.forward.$w:$z/.forward",
               {"aliases": "", "home/.forward": "other\n"})
    yield Case("forward path of a home, host", "-bv user",
               "O AliasFile=/mnt/s/aliases\nO ForwardPath=$z/.forward.mx:$z/.forward",
               {"aliases": "", "home/.forward.mx": "keeper\n", "home/.forward": "other\n"})
    yield Case("no forward path", "-bv user", "O AliasFile=/mnt/s/aliases\nO ForwardPath",
               {"aliases": "", "home/.forward": "other\n"})
    yield Case("two alias files", "-bv plain second",
               "O AliasFile=/mnt/s/aliases,/mnt/s/more",
               {"aliases": "plain: other\n", "more": "plain: keeper\nsecond: keeper\n"})
    yield Case("two classes", "-bv plain second",
               "O AliasFile=hash:/mnt/s/aliases,btree:/mnt/s/more",
               {"aliases": "plain: other\n", "more": "plain: keeper\nsecond: keeper\n"})
    yield Case("alias option twice", "-bv plain second",
               "O AliasFile=/mnt/s/aliases\nO AliasFile=/mnt/s/more",
               {"aliases": "plain: other\n", "more": "second: keeper\n"})
    for name, text in {
            "nothing": "",
            "duplicate": "a: other\na: user\n",
            "no colon": "a other\n",
            "no value": "a:\nb: other\n",
            "remote name": "a@far.test: other\n",
            "bad member": "a: <other\n",
            "folded key": "ABC: other\nabc: user\n",
            "long": "long: " + ", ".join(["other"] * 300) + "\n",
            "eight bits": "caf\xe9: \xe9\xe8\n",
            "continuation first": "  a: other\nb: user\n",
            "no end": "a: other",
            "quotes": '"a b": other\nc: "d, e"\n',
            "comment in value": "a: other # not a comment\n",
            "colon in value": "a: b:c\n",
            "tabs": "a:\tother\nb\t:\tuser\n",
            "blank continuation": "a: other,\n \n user\n",
            "owner": "list: other\nowner-list: user\n",
            "postmaster missing": "a: other\n",
    }.items():
        yield Case(f"rebuild {name}", "-bi", "O AliasFile=/mnt/s/aliases", {"aliases": text})
        if name in ("bad member", "colon in value", "eight bits", "no value", "quotes"):
            yield Case(f"rebuild checked {name}", "-bi",
                       "O AliasFile=/mnt/s/aliases\nO CheckAliases=True", {"aliases": text})
    message = "Subject: s\n\nbody\n"
    for name in ("plain", "two", "cont", "progargs", "file", "inc", "escape", "user", "dup2", "many",
                 "list", "list2", "selfish", "after"):
        yield Case(f"deliver {name}", f"-fkeeper {name}", OPTIONS, FILES, message)
    for name in ("one", "self", "selfname", "several", "file", "include", "aliased", "loop"):
        files = {"aliases": "plain: other\nback: user\n", "inc": INC, "fw/user": FORWARDS[name]}
        yield Case(f"deliver forward {name}", "-fkeeper user", OPTIONS, files, message)
