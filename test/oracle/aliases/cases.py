"""The cases: name, options, files (name: text), arguments, message or None.

Decided otherwise on purpose: 8-bit bytes in what is printed and in members are kept (the reference
takes the high bit away, so that it is taken from both, seven_bits). And so not here: an argument with
an octet from 80 to 9f is returned to the sender too, CR at the end of a line is no part of the last member, a comment in the middle
of a continued alias does not end it, and a name that is no address is refused. ForwardPath's
$u is the account's name, also of "user" in quotes.
"""
import re
from typing import NamedTuple, Optional


class Case(NamedTuple):
    name: str
    arguments: str
    options: str = ""
    files: dict = {}
    message: Optional[str] = None
    commands: str = ""  # of test mode
    databases: dict = {}  # name: (type, text) for makemap
    rebuild: bool = True
    full_names: dict = {}  # of accounts
    seven_bits: bool = False  # what is told is compared without the high bits


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

# user+detail in rulesets 0 and 5, as the configurations made by m4 have them.
PLUSSED = """
S5
R$+ + $*	$#local $@ $2 $: $1
S0
R$+ + $*	$#local $@ $2 $: $1 + $2"""
PLUSSED_FILES = {
    "aliases": """\
user+a: keeper
user+*: other
plain: other
plain+*: keeper
*: keeper
d+*: e+f
e: other
e+*: keeper
x+: other
back: \\user+det
"q r": other
"q;s": other
q.r: other
""",
    "fw/user+det": "keeper\n",
    "fw/user": "other\n",
    "fw/user+": "keeper\n",
    "fw/keeper+empty": "",
    "fw/keeper": "other\n",
}
PLUSSED_NAMES = """user user+a user+A user+b USER+a user+ user+det plain plain+ plain+x plain+* user+* d+z d
d+ e+g e+ zz+y * x+ x x+y user+a+b user+b+c plain++ other+det \\user+a \\user+det back
user+a@mx.try.test user+det@mx.try.test +x keeper+empty keeper+full "q.r" "plain" "q;s"
""".split()
OWNERS = """\
list: other, keeper
owner-list: keeper
two: other
owner-two: keeper, other
sub: list
owner-sub: user
lone: other
owner-lone: nosuch
rem: other
owner-rem: someone@far.test
req: other
owner-req: req-request
req-request: keeper
nest: inner
owner-nest: nest-owner@far.test
inner: other
owner-inner: keeper
self: self, other
owner-self: keeper
owner-owner: keeper
Owner-Up: other
fw: user
owner-fw: keeper
owner-user: keeper
part: other, nosuch
owner-part: keeper
lists: :include:/mnt/s/inc
owner-lists: keeper
"""
OWNED = """list two sub lone rem req req-request nest inner self owner-list owner-owner owner-up fw user
part lists""".split()
USERDB = """\
user:maildrop other
user:mailname user.name@mx.try.test
user.name:maildrop user
two:maildrop other
two:maildrop keeper
chain:maildrop chain2
chain2:maildrop other
self:maildrop self
UPPER:maildrop other
:default:mailname default.test
keeper:mailname Keep.Er
user:office 42
plain:maildrop other
list:maildrop user
list:mailsender keeper
host:maildrop other@mx.try.test
prog:maildrop |/bin/true
"""
USERDB_NAMES = """plain user user.name two chain self UPPER upper keeper nosuch list host two+x
two@mx.try.test \\two owner-two aliased back prog""".split()
STAB = """\
# comment
plain: other
Two: user,
  other
broken
x y: z
a: b: c
none:
twice: d
twice: e
"q r": s
hash: y # c
remote@far.test: x
"""


def plussed_cases():
    options = OPTIONS + PLUSSED
    for name in PLUSSED_NAMES:
        yield Case(f"plussed {name}", f"-bv {name}", options, PLUSSED_FILES)
    for name in ("user+a", "user+det", "plain+x", "d+z", "back"):
        yield Case(f"deliver plussed {name}", f"-fkeeper {name}", options, PLUSSED_FILES,
                   "Subject: s\n\nbody\n")


def owner_cases():
    files = {"aliases": OWNERS, "inc": "other\n", "fw/user": "other\n"}
    for name in OWNED:
        for sender in ("user", "someone@far.test"):
            yield Case(f"owner of {name}, from {sender}", f"-f{sender} {name}", OPTIONS, files,
                       "Subject: s\n\nbody\n")


def userdb_cases():
    options = OPTIONS + "\nO UserDatabaseSpec=/mnt/s/udb"
    files = {"aliases": "aliased: two\nback: back, other\nowner-two: user\n"}
    made = {"udb": ("btree", USERDB)}
    for name in USERDB_NAMES:
        yield Case(f"user database {name}", f"-bv {name}", options, files, databases=made)
    yield Case("user database -n", "-bv -n two", options, files, databases=made)
    yield Case("user database before .forward", "-bv user", options,
               dict(files, **{"fw/user": "keeper\n", "fw/other": "keeper\n"}), databases=made)
    more = ("btree", "only:maildrop other\ntwo:maildrop user\n")
    yield Case("user database, two", "-bv two only",
               options.replace("/udb", "/nothing,/mnt/s/udb,/mnt/s/more"), files,
               databases=dict(made, more=more))
    for name in ("two", "user", "list", "aliased"):
        yield Case(f"deliver user database {name}", f"-v -fsomeone@far.test {name}", options, files,
                   "Subject: s\n\nbody\n", databases=made)
    maps = "\nKu userdb maildrop\nKn userdb mailname\nKo userdb office\nKp userdb -m -a.x maildrop"
    for name in "unop":
        yield Case(f"class userdb {name}", "-bt", options + maps, files, databases=made,
                   commands="".join(f"/map {name} {key}\n" for key in (
                       "user", "USER", "two", "upper", "UPPER", "nosuch", "keeper", "default",
                       ":default", "list", "user@mx.try.test")))
    yield Case("class userdb without a field", "-bt", options + "\nKu userdb", files,
               commands="/map u user\n")


def stab_cases():
    keys = ["plain", "PLAIN", "two", "nosuch", "x y", "a", "none", "twice", '"q r"', "hash",
            "remote@far.test", "@"]
    for name, line in {
            "plain": "Kst stab /mnt/s/text",
            "flags": "Kst stab -m -a.x /mnt/s/text",
            "missing": "Kst stab /mnt/s/nothing",
            "missing, optional": "Kst stab -o /mnt/s/nothing",
            "no file": "Kst stab",
            "first line continues": "Kst stab /mnt/s/bad",
    }.items():
        yield Case(f"class stab, {name}", "-bt", line,
                   {"text": STAB, "bad": "  a: b\nc: d\n"},
                   commands="".join(f"/map st {key}\n" for key in keys))
    text = {"aliases": "plain: other\nTwo: user,\n other\n", "more": "third: keeper\n"}
    for name, spec in {
            "stab": "stab:/mnt/s/aliases",
            "two": "stab:/mnt/s/aliases,stab:/mnt/s/more",
            "never built": "/mnt/s/aliases",
            "implicit": "implicit:/mnt/s/aliases",
            "never built, two": "/mnt/s/aliases,/mnt/s/more",
            "optional": "hash:-o /mnt/s/aliases",
    }.items():
        yield Case(f"alias text, {name}", "-bv plain two third keeper",
                   "O AliasFile=" + spec, text, rebuild=False)
    yield Case("alias text, delivery", "-fkeeper two", "O AliasFile=/mnt/s/aliases", text,
               "Subject: s\n\nbody\n", rebuild=False)


FULL_NAMES = {"user": "Fred Q. User,Room 5", "other": "&_Somebody", "keeper": "& of Keys", "nosh": "Fred Q. User"}


def full_name_cases():
    files = {"aliases": "keeper: other\nplain: other\nkey of keeper: user\nlist: fred_q._user, keeper_of_keys\n",
             "fw/user": "\\user, nosh\n"}
    both = OPTIONS + "\nO MatchGECOS=True"
    names = ("user fred_q._user FRED_Q._USER fred.q.user fredquser \"Fred_Q._User\" keeper_of_keys keeper.of.keys keeper__of_keys "
             "other_somebody other.somebody \\keeper_of_keys \\Keeper_Of_Keys keeper_of nosuch key_of_keeper list").split()
    for name in names:
        yield Case(f"full name {name}", f"-bv {name}", both, files, full_names=FULL_NAMES)
    for name in ("fred_q._user", "keeper_of_keys", "keeper.of.keys", "other_somebody"):
        yield Case(f"full name {name}, no MatchGECOS", f"-bv {name}", OPTIONS, files, full_names=FULL_NAMES)
        yield Case(f"full name {name}, BlankSub", f"-bv {name}", both + "\nO BlankSub=.", files, full_names=FULL_NAMES)
        yield Case(f"full name {name}, deliver", f"-v -fnosh {name}", both, files, "Subject: s\n\nbody\n", full_names=FULL_NAMES)


def me_too_cases():
    files = {
        "aliases": "list: user, other\nw1: w2\nw2: user, other\nal: :include:/mnt/s/inc\nal1: :include:/mnt/s/inc1\nal2: :include:/mnt/s/outer2\n"
                   "al3: :include:/mnt/s/incu\nal5: :include:/mnt/s/twice\nal6: :include:/mnt/s/alone, other\nal7: :include:/mnt/s/quoted\n"
                   "both: user, :include:/mnt/s/inc\nboth2: :include:/mnt/s/inc, user\nu1: user, :include:/mnt/s/alone\na1: user\n"
                   "nest: list, keeper\nownd: :include:/mnt/s/inc\nowner-ownd: nosh\nala: :include:/mnt/s/aliased\n",
        "inc": "user\nother\n", "inc1": "a1\n", "outer2": ":include:/mnt/s/alone\nother\n", "incu": "USER\nother\n", "twice": "user\nuser\n",
        "alone": "user\n", "quoted": "\\user\nother\n", "aliased": "a1\nother\n", "fw/keeper": ":include:/mnt/s/inc\n",
    }
    message = "Subject: s\n\nbody\n"
    for on in ("False", "True"):
        for names in ("user", "list", "w1", "al", "al1", "al2", "al3", "al5", "al6", "al7", "both", "both2", "u1", "nest", "ownd", "ala", "keeper",
                      "al user", "user al"):
            yield Case(f"MeToo={on}, {names}", f"-v -fuser {names}", f"{OPTIONS}\nO MeToo={on}", files, message)
    yield Case("MeToo, -m", "-m -v -fuser al", OPTIONS + "\nO MeToo=False", files, message)
    yield Case("MeToo, somebody else", "-v -fother al", OPTIONS + "\nO MeToo=False", files, message)


def eight_bit_cases():
    files = {
        "aliases": "caf\xe9: other\nCAF\xc9: keeper\nutf\xc3\xa9: other\n\xe9: keeper\n\xa0nbsp: other\n"
                   "\"qu\xf6te\": other\nto8: caf\xe9\nlist\xe9: user, other\nowner-list\xe9: keeper\n"
                   "back: \\caf\xe9\nprog: \"|/bin/cat \xe9\"\nfile: /mnt/s/mail/box\xe9\n"
                   "inc: :include:/mnt/s/inc\xe9\nnamed: J\xf6rg <other>\ncomment: other (J\xf6rg)\n",
        "fw/user": "J\xf6rg <keeper>\n",
    }
    for name in ("inc\xe9", "inci"):
        files[name] = "# \xe9\nother (\xe9), J\xf6rg <keeper>\n"
    names = ("caf\xe9 CAF\xc9 Caf\xe9 CAF\xe9 utf\xc3\xa9 UTF\xc3\xa9 \xe9 \xc9 \xa0nbsp \"qu\xf6te\" qu\xf6te to8 "
             "list\xe9 back prog file inc named comment user nosuch\xe9 caf\xe9@mx.try.test").split(" ")
    for name in names:
        label = name.encode("unicode_escape").decode()
        for cut in ("False", "True"):
            yield Case(f"eight bits {label}, SevenBitInput={cut}", f"-bv {name}",
                       f"{OPTIONS}\nO SevenBitInput={cut}", files, seven_bits=True)
        yield Case(f"eight bits {label}, deliver", f"-v -fkeeper {name}", OPTIONS, files,
                   "Subject: s\n\nbody\n", seven_bits=True)
    for check in ("False", "True"):
        yield Case(f"eight bits, rebuild, CheckAliases={check}", "-bi", f"{OPTIONS}\nO CheckAliases={check}", files)


def switch_cases():
    """The services of aliases, and the maps that stand for them."""
    mine = "\nKaliases.mine text -k0 -v1 /mnt/s/mine"
    files = {"aliases": "plain: other\nback: plain\n", "more": "plain: keeper\nsecond: keeper\n",
             "mine": "plain nosh\nfourth nosh\n"}
    commands = "".join(f"/map {name} {key}\n" for name in ("aliases", "aliases.files", "Alias0", "aliases.nis")
                       for key in ("plain", "second", "fourth"))
    lines = ("aliases\tfiles", "", "aliases", "aliases nis", "aliases nis files", "aliases files nis", "aliases ldap",
             "aliases ldap files", "aliases mine", "aliases mine files", "aliases nosuch files", "aliases nisplus",
             "Aliases MINE", "  aliases mine", "aliases mine\naliases files", "aliases files\naliases mine", "aliases: mine",
             "aliases#mine", "aliases files # mine", "aliases files,mine", "aliases files [NOTFOUND=return] mine")
    built = {"aliases": ("hash", "plain other\nback plain\n"), "more": ("hash", "plain keeper\nsecond keeper\n")}
    for option in ("hash:/mnt/s/aliases", "hash:/mnt/s/aliases,hash:/mnt/s/more"):
        for line in lines:
            label = f"switch {line!r}, {option.count('hash')} alias files"
            case_files = dict(files, switch=f"hosts\tfiles\n{line}\n")
            yield Case(label, "-bt", f"O AliasFile={option}{mine}", case_files, commands=commands, databases=built)
            if not re.search("nis|ldap|nosuch|,mine|NOTFOUND", line):
                yield Case(f"{label}, verify", "-bv plain second fourth back", f"O AliasFile={option}{mine}", case_files)
    for name in ("aliases", "aliases.files", "Alias0", "Alias1", "aliases.nis"):
        for line in ("aliases files", "aliases nis files")[:1 if name == "aliases" else 2]:
            yield Case(f"switch {line!r}, K {name}", "-bt",
                       f"O AliasFile=hash:/mnt/s/aliases,hash:/mnt/s/more\nK{name} text -k0 -v1 /mnt/s/mine",
                       dict(files, switch=f"hosts\tfiles\n{line}\n"), commands=commands, databases=built)


def cases():
    yield from switch_cases()
    yield from eight_bit_cases()
    yield from me_too_cases()
    yield from full_name_cases()
    yield from plussed_cases()
    yield from owner_cases()
    yield from userdb_cases()
    yield from stab_cases()
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
    for name in ("plain", "two", "cont", "file", "inc", "incmissing", "increlative", "incnested", "escape", "user", "dup2", "many",
                 "list", "list2", "selfish", "after"):
        yield Case(f"deliver {name}", f"-fkeeper {name}", OPTIONS, FILES, message)
        yield Case(f"deliver -v {name}", f"-v -fkeeper {name}", OPTIONS, FILES, message)
    for name in ("one", "self", "selfname", "several", "file", "include", "aliased", "loop"):
        files = {"aliases": "plain: other\nback: user\n", "inc": INC, "fw/user": FORWARDS[name]}
        yield Case(f"deliver forward {name}", "-v -fkeeper user", OPTIONS, files, message)
    for name in ("nosuch", "unknown", "unknown2", "plain nosuch", "prg1", "prg69", "prg64",
                 "prg75"):
        aliases = MAIN + "".join(f'prg{n}: "|cat >/dev/null; exit {n}"\n' for n in (1, 64, 69, 75))
        for mode in "mew":
            yield Case(f"exit of {name}, ErrorMode={mode}", f"-fkeeper {name}",
                       f"{OPTIONS}\nO ErrorMode={mode}", dict(FILES, aliases=aliases), message)
