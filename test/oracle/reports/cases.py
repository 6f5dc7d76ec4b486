"""The cases: name, options, files (name: text or (text, mode, owner)), arguments or a dialogue."""
from typing import NamedTuple

from generated import worlds


class Case(NamedTuple):
    name: str
    files: dict = {}
    arguments: str = ""
    options: str = ""
    message: str = "Subject: s\n\nbody\n"
    dialogue: tuple = ()  # of -bs, instead of arguments
    run: str = ""         # a queue run afterwards
    quiet_rebuild: bool = True


OPTIONS = ("O AliasFile=/mnt/s/aliases\nO MaxAliasRecursion=10\nO SendMimeErrors=True\n"
           "O ForwardPath=/mnt/s/fw/$u+$h:/mnt/s/fw/$u\nO PrivacyOptions=")


def case(name, aliases, arguments="", options="", **more):
    files = {"aliases": aliases, **more.pop("files", {})}
    return Case(name, files, arguments, OPTIONS + ("\n" + options if options else ""), **more)


def programs():
    for code in (1, 2, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 255):
        yield case(f"program exits {code}", f'p: "|cat >/dev/null; exit {code}"\npostmaster: /mnt/s/mail/postmaster\n',
                   "-fkeeper p")
    for number in ("KILL", "TERM", "SEGV"):
        yield case(f"program ends by {number}", f'p: "|cat >/dev/null; kill -{number} $$"\n',
                   "-fkeeper p")
    yield case("program prints", 'p: "|cat >/dev/null; echo one; echo two >&2; exit 69"\n', "-fkeeper p")
    yield case("program unquoted", "p: |exit 67\n", "-fkeeper p")
    yield case("program in a list", 'p: other, "|cat >/dev/null; exit 67", user\n', "-fkeeper p")
    yield case("program copy", 'p: "|cat >/dev/null; exit 65"\n', "-fkeeper p", "O PostmasterCopy=other")
    yield case("program hidden", 'p: "|cat >/dev/null; exit 65"\n', "-fkeeper p", "O PrivacyOptions=noactualrecipient")


LIST = "p: other, nosuch, user\n"


def members():
    yield case("unknown member", LIST, "-fkeeper p")
    yield case("unknown member of two", "p: nosuch1, nosuch2\n", "-fkeeper p")
    yield case("unknown member, log level", LIST, "-fkeeper p", "O LogLevel=9")
    yield case("unknown member behind two", "p: q\nq: nosuch\n", "-fkeeper p")
    yield case("unknown member of owner", LIST + "owner-p: keeper\n", "-fother p")
    yield case("unknown member of owner list", LIST + "owner-p: keeper, user\n", "-fother p")
    yield case("unknown in include", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": "other\nnosuch\n# x\n\nuser, nosuch2\n"})
    yield case("unknown in forward", "", "-fkeeper user", files={"fw/user": "nosuch\nother\n"})
    yield case("forward of backslash", "", "-fkeeper user", files={"fw/user": "\\user\nother\n"})
    yield case("alias of backslash", "p: \\user, \\nosuch\n", "-fkeeper p")
    yield case("forward program fails", "", "-fkeeper user", files={"fw/user": '"|cat >/dev/null; exit 67"\n'})
    yield case("forward program waits", "", "-fkeeper user", files={"fw/user": '"|cat >/dev/null; exit 75"\n'})
    yield case("include program fails", "p: :include:/mnt/s/inc\n", "-fkeeper p", files={"inc": '"|cat >/dev/null; exit 67"\n'})
    yield case("include program waits", "p: :include:/mnt/s/inc\n", "-fkeeper p", files={"inc": '"|cat >/dev/null; exit 75"\n'})
    yield case("include of user waits", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": ('"|cat >/dev/null; exit 75"\n', 0o644, "user")})
    yield case("include of user, members wait", "p: :include:/mnt/s/inc\n", "-odq -fkeeper p",
               files={"inc": ('other\n"|cat >/dev/null; exit 75"\n/mnt/s/mail/box\n', 0o644, "user")}, run="-q -v")
    yield case("include missing", "p: :include:/mnt/s/none\n", "-fkeeper p")
    yield case("include missing in list", "p: other, :include:/mnt/s/none, user\n", "-fkeeper p")
    yield case("include unreadable", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": ("other\n", 0o600, "user")})
    yield case("include relative", "p: :include:inc\n", "-fkeeper p")
    yield case("include directory", "p: :include:/mnt/s/home\n", "-fkeeper p")
    yield case("include nested missing", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": "other\n:include:/mnt/s/none\n"})
    yield case("include group writable", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": ("other\n|exit 0\n/mnt/s/mail/box\n", 0o664, "user")})
    yield case("include world writable", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": ("other\n|exit 0\n/mnt/s/mail/box\n", 0o666, "user")})
    yield case("include of bad shell", "p: :include:/mnt/s/inc\n", "-fkeeper p",
               files={"inc": ("other\n|exit 0\n/mnt/s/mail/box\n", 0o644, "nosh")})
    yield case("forward of bad shell", "", "-fkeeper nosh", files={"fw/nosh": "other\n|exit 0\n/mnt/s/mail/box\n"})
    yield case("forward unreadable", "", "-fkeeper user", files={"fw/user": ("other\n", 0o600, "other")})
    yield case("forward group writable", "", "-fkeeper user",
               files={"fw/user": ("other\n|exit 0\n", 0o664, "user")})
    yield case("forward world writable", "", "-fkeeper user",
               files={"fw/user": ("other\n", 0o666, "user")})
    yield case("forward of missing include", "", "-fkeeper user", files={"fw/user": ":include:/mnt/s/none\n"})
    yield case("loop of two", "a: b\nb: a\n", "-fkeeper a")
    yield case("loop with a way out", "a: b, other\nb: a\n", "-fkeeper a")
    yield case("loop of include", "a: :include:/mnt/s/inc\n", "-fkeeper a", files={"inc": "a\nother\n"})
    yield case("too deep", "".join(f"a{n}: a{n+1}\n" for n in range(14)), "-fkeeper a1")
    yield case("error member", "p: error:5.7.0:550 no mail\n", "-fkeeper p")
    yield case("empty member", 'p: ""\n', "-fkeeper p")
    yield case("file fails", "p: /mnt/s/none/box\n", "-fkeeper p")
    yield case("file is a directory", "p: /mnt/s/home\n", "-fkeeper p")
    yield case("direct program", "", "-fkeeper |exit")
    yield case("direct file", "", "-fkeeper /mnt/s/mail/box")
    yield case("unknown recipient", "", "-fkeeper nosuch")
    yield case("unknown of two recipients", "", "-fkeeper other nosuch")
    yield case("unknown host", "p: someone@far.test\n", "-fkeeper p")


def queued():
    yield case("queued programs", 'p: "|cat >/dev/null; exit 75", "|cat >/dev/null; exit 67", \\user, /mnt/s/none/box\n', "-odq -fkeeper p", run="-q -v")
    yield case("smtp unknown", LIST, dialogue=("HELO a.test", "MAIL FROM:<keeper>", "RCPT TO:<nosuch>", "RCPT TO:<other>",
               "DATA", "Subject: s\r\n\r\nbody\r\n.", "QUIT"))


def modes():
    for name, aliases, files in (
            ("list", LIST, {}), ("program", 'p: "|cat >/dev/null; exit 67"\n', {}),
            ("printing program", 'p: "|cat >/dev/null; echo hello; exit 65"\n', {}),
            ("include", "p: :include:/mnt/s/none\n", {}), ("loop", "p: q\nq: p\n", {})):
        for mode in "pqewm":
            yield case(f"mode {mode}: {name}", aliases, "-fkeeper p", f"O ErrorMode={mode}", files=files)


LOCAL_TWO = {"wait.user": ""}


def waiting():
    yield case("backslash forward waits", "", "-fkeeper user", files={"fw/user": "\\user\nother\n", **LOCAL_TWO}, run="-q -v")
    yield case("forward member waits", "p: user\n", "-fkeeper p", files={"fw/user": "other\n", "wait.other": ""}, run="-q -v")
    yield case("member waits", "p: user, other\n", "-fkeeper p", files=LOCAL_TWO, run="-q -v")
    yield case("direct waits", "", "-fkeeper user", files=LOCAL_TWO, run="-q -v")
    yield case("include member waits", "p: :include:/mnt/s/inc\n", "-fkeeper p", files={"inc": "user\n", **LOCAL_TWO}, run="-q -v")
    for name, leaf in (("program", '"|cat >/dev/null; exit 75"'), ("user", "user")):
        yield case(f"nested alias {name} waits", f"p: q\nq: {leaf}\n", "-fkeeper p", files=LOCAL_TWO)
        yield case(f"forward to alias {name} waits", f"p: {leaf}\n", "-fkeeper other", files={"fw/other": "p\n", **LOCAL_TWO})
        for owner in ("root", "user", "other"):
            inc = {"inc": (leaf + "\n", 0o644, owner), **LOCAL_TWO}
            yield case(f"forward to include {name} of {owner} waits", "", "-fkeeper other", files={"fw/other": ":include:/mnt/s/inc\n", **inc})
            yield case(f"include {name} of {owner} waits", "p: :include:/mnt/s/inc\n", "-fkeeper p", files=inc)
            yield case(f"nested include {name} of {owner} waits", "p: :include:/mnt/s/out\n", "-fkeeper p", files={"out": (":include:/mnt/s/inc\n", 0o644, "user"), **inc})
            yield case(f"include of alias {name} of {owner} waits", f"p: :include:/mnt/s/inc\nq: {leaf}\n", "-fkeeper p", files={**inc, "inc": ("q\n", 0o644, owner)})


def errors():
    yield case("member error", "p: bad@err.test, user\n", "-fkeeper p")
    yield case("member error config", "p: bad@conf.test, user\npostmaster: /mnt/s/mail/postmaster\n", "-fkeeper p")
    yield case("rcpt error", "", "-fkeeper bad@err.test user")
    yield case("null sender 67", 'p: "|cat >/dev/null; exit 67"\n', "-f<> p")
    yield case("null sender copied", 'p: "|cat >/dev/null; exit 67"\n', "-f<> p", "O PostmasterCopy=other")
    yield case("print two", 'p: "|cat >/dev/null; echo hi; exit 67", nosuch, nosuch2\n', "-fkeeper p", "O ErrorMode=p")
    yield case("quiet beside", 'p: "|cat >/dev/null; echo hi; exit 67"\n', "-fkeeper p nosuch other", "O ErrorMode=q")
    yield case("print queued", 'p: "|cat >/dev/null; echo hi; exit 67"\n', "-fkeeper -odq p", "O ErrorMode=p", run="-q -v")
    yield case("many programs", 'p: "|cat >/dev/null; exit 67", "|cat >/dev/null; exit 73", "|cat >/dev/null; exit 69"\n', "-fkeeper p")
    yield case("order", "p: other, user\nq: keeper, nosh\n", "-fkeeper p q")


def sources():
    files = {"plain": "texty: keeper\nq: nosuch\n", "impl": "im: keeper\n"}
    yield case("two classes", "q: user, nosuch\n", "-fkeeper q", "O AliasFile=text:/mnt/s/plain", files=files)
    yield case("text class", "q: user\n", "-fkeeper texty", "O AliasFile=text:/mnt/s/plain", files=files)
    yield case("implicit class", "q: user\n", "-fkeeper im", "O AliasFile=implicit:/mnt/s/impl", files=files)
    yield case("checked bad side", "a: <other\nb: user, nosuch@err.test\nc: user\n", "-fkeeper c", "O CheckAliases=True", quiet_rebuild=False)
    yield case("checked good", "a: other, |exit 0, /dev/null, :include:/mnt/s/x\n", "-fkeeper a", "O CheckAliases=True", quiet_rebuild=False)
    for depth in (0, 1, 2, 5):
        yield case(f"recursion {depth}", "a: b\nb: c\nc: d\nd: user\n", "-fkeeper a", f"O MaxAliasRecursion={depth}")
    yield case("comment lines", "# x\np: user,\n# y\n other\n", "-fkeeper p")
    yield case("include of comments", "p: :include:/mnt/s/inc\n", "-fkeeper p", files={"inc": "#one\n\n  # two\nuser # three\nother (four)\n"})
    yield case("plussed", "user+a: keeper\nuser+*: other\n", "-fkeeper user+a user+b")
    yield case("quoted members", 'p: "user", "other"@mx.try.test, "no such"\n', "-fkeeper p")
    yield case("members twice", "p: user, USER, user@localhost, q\nq: user\n", "-fkeeper p user")
    yield case("sender is a member", "p: keeper, user\n", "-fkeeper p")
    yield case("owner of owner", "p: nosuch\nowner-p: q\nq: keeper\nowner-owner: other\n", "-fuser p")
    yield case("request owner", "p: nosuch, other\nowner-p: p-request\np-request: keeper\n", "-fuser p")


def generated():
    for number, (aliases, files, recipient) in worlds(80):
        yield case(f"generated {number}", aliases, f"-fkeeper {recipient}", files=files)


def cases():
    yield from programs()
    yield from members()
    yield from queued()
    yield from modes()
    yield from waiting()
    yield from errors()
    yield from sources()
    yield from generated()
