"""The rows of the matrix."""
from typing import NamedTuple


class Row(NamedTuple):
    kind: str
    owner: str = "root"
    mode: str = "0644"
    link: str = "regular"
    dir: str = "safe"
    words: str = ""
    extra: str = ""

    def name(self):
        return "/".join((self.kind + (":" + self.extra if self.extra else ""), self.owner,
                         self.mode, self.link, self.dir, self.words or "-"))


MODES = ("0600", "0644", "0664", "0646", "0666", "0400", "0640", "0000")
LINKS = ("symlink", "pointed", "throughdir", "hardlink", "fifo", "device", "directory", "missing",
         "dangling")
DIRS = ("group", "world", "stickygroup", "sticky", "mine", "minegroup", "theirs", "keepers",
        "undergroup", "underworld", "understicky", "underother", "closed")


def around(kind, owner="root", mode="0644", extra=""):
    """One thing changed at a time."""
    yield Row(kind, owner, mode, extra=extra)
    for m in MODES:
        if m != mode:
            yield Row(kind, owner, m, extra=extra)
    for o in ("root", "user", "other", "keeper"):
        if o != owner:
            yield Row(kind, o, mode, extra=extra)
    for o, m in (("user", "0600"), ("keeper", "0600"), ("other", "0640"), ("user", "0060")):
        yield Row(kind, o, m, extra=extra)
    for link in LINKS:
        yield Row(kind, owner, mode, link, extra=extra)
    for link in ("symlink", "throughdir"):
        for d, w in (("group", "GroupWritableDirPathSafe"), ("sticky", "TrustStickyBit"),
                     ("world", "")):
            yield Row(kind, owner, mode, link, d, w, extra)
    for d in DIRS:
        yield Row(kind, owner, mode, dir=d, extra=extra)


WRITABLE = ("group", "world", "sticky", "undergroup", "understicky")
DIR_WORDS = ("GroupWritableDirPathSafe", "TrustStickyBit")


def worded(kind, owner, unsafe, linked, extra="", mode="0644"):
    """Unsafe directories and links in them, under every word that has to do with them."""
    for d in WRITABLE:
        for w in (*DIR_WORDS, *unsafe):
            yield Row(kind, owner, mode, "regular", d, w, extra)
    for link in ("symlink", "hardlink"):
        for d in ("group", "world"):
            for w in ("", *linked, *unsafe, *(f"{u},{l}" for u in unsafe for l in linked)):
                yield Row(kind, owner, mode, link, d, w, extra)


def rows():
    yield from around("class")
    yield from worded("class", "root", ["ClassFileInUnsafeDirPath"], ["LinkedClassFileInWritableDir"])
    for o in ("missing", "dangling", "fifo", "regular"):
        yield Row("class", "root", "0644", o, "safe", "", "optional")
    yield Row("class", "root", "0644", "regular", "world", "", "optional")
    yield Row("class", "root", "0000", "regular", "safe", "", "optional")

    yield from around("forward", "user")
    yield from worded("forward", "user",
                      ["ForwardFileInUnsafeDirPath", "ForwardFileInGroupWritableDirPath"],
                      ["LinkedForwardFileInWritableDir"])
    for d in ("group", "world"):
        for w in ("", "DontWarnForwardFileInUnsafeDirPath"):
            for l in ("missing", "regular"):
                yield Row("forward", "user", "0644", l, d, w)
    for e in ("prog", "file"):
        yield Row("forward", "user", "0644", extra=e)
        yield Row("forward", "root", "0644", extra=e)
        yield Row("forward", "keeper", "0644", extra=e)
        for d in ("group", "world", "sticky"):
            for w in ("ForwardFileInUnsafeDirPath", "ForwardFileInGroupWritableDirPath",
                      "ForwardFileInUnsafeDirPath,ForwardFileInUnsafeDirPathSafe",
                      "ForwardFileInUnsafeDirPath,AssumeSafeChown", "TrustStickyBit",
                      "GroupWritableDirPathSafe"):
                yield Row("forward", "user", "0644", "regular", d, w, e)
    for e in ("", "prog"):
        for m in ("0664", "0646", "0666"):
            for w in ("GroupWritableForwardFile", "WorldWritableForwardFile",
                      "GroupWritableForwardFile,WorldWritableForwardFile",
                      "GroupWritableForwardFileSafe",
                      "GroupWritableForwardFile,GroupWritableForwardFileSafe"):
                yield Row("forward", "user", m, "regular", "safe", w, e)

    yield from around("include")
    yield from worded("include", "user",
                      ["IncludeFileInUnsafeDirPath", "IncludeFileInGroupWritableDirPath"],
                      ["LinkedIncludeFileInWritableDir"])
    for e in ("prog", "file"):
        for o in ("root", "user", "keeper", "mailnull"):
            yield Row("include", o, "0644", extra=e)
            yield Row("include", o, "0644", extra=e, words="AssumeSafeChown")
        for d in ("group", "world", "sticky"):
            for w in ("IncludeFileInUnsafeDirPath", "IncludeFileInGroupWritableDirPath",
                      "IncludeFileInUnsafeDirPath,IncludeFileInUnsafeDirPathSafe",
                      "IncludeFileInUnsafeDirPath,AssumeSafeChown", "TrustStickyBit",
                      "GroupWritableDirPathSafe"):
                yield Row("include", "user", "0644", "regular", d, w, e)
    for e in ("", "prog"):
        for m in ("0664", "0646", "0666"):
            for w in ("GroupWritableIncludeFile", "WorldWritableIncludeFile",
                      "GroupWritableIncludeFile,WorldWritableIncludeFile",
                      "GroupWritableIncludeFileSafe",
                      "GroupWritableIncludeFile,GroupWritableIncludeFileSafe",
                      "GroupWritableIncludeFile,GroupWritableIncludeFileSafe,AssumeSafeChown"):
                yield Row("include", "user", m, "regular", "safe", w, e)

    for m in MODES[:-1]:
        yield Row("cf", "root", m)
    for o in ("user", "keeper"):
        yield Row("cf", o, "0644")
    for d in ("group", "world", "sticky"):
        yield Row("cf", "root", "0644", dir=d)

    yield from around("map", "root", "0640", "hash")
    for m in ("0640", "0000"):
        for d in ("safe", "group", "world"):
            yield Row("map", "root", m, "regular", d, "", "btree")
    yield from worded("map", "root", ["MapInUnsafeDirPath"], ["LinkedMapInWritableDir"], "hash",
                      "0640")
    yield from around("map", "root", "0644", "text")
    yield from worded("map", "root", ["MapInUnsafeDirPath"], ["LinkedMapInWritableDir"], "text")
    yield from around("aliasdb", "root", "0640")
    yield from worded("aliasdb", "root", ["MapInUnsafeDirPath"], ["LinkedMapInWritableDir"],
                      mode="0640")
    yield from around("aliastext")
    yield from worded("aliastext", "root", ["MapInUnsafeDirPath"], ["LinkedAliasFileInWritableDir"])
    for m in ("0664", "0646", "0666"):
        for w in ("GroupWritableAliasFile", "WorldWritableAliasFile",
                  "GroupWritableAliasFile,WorldWritableAliasFile"):
            yield Row("aliastext", "root", m, words=w)
    yield from around("aliaswrite", "root", "0640")
    for link in ("symlink", "pointed", "hardlink", "dangling"):
        for w in ("WriteMapToSymLink", "WriteMapToHardLink", "WriteMapToSymLink,WriteMapToHardLink"):
            yield Row("aliaswrite", "root", "0640", link, words=w)
    for d in ("group", "world", "sticky"):
        for w in ("MapInUnsafeDirPath", "GroupWritableDirPathSafe", "TrustStickyBit"):
            yield Row("aliaswrite", "root", "0640", "regular", d, w)

    yield from around("helpfile")
    yield from worded("helpfile", "root", ["HelpFileInUnsafeDirPath"], [])
    yield from around("errorheader")
    yield from worded("errorheader", "root", ["ErrorHeaderInUnsafeDirPath"], [])
    for o, m in (("mailnull", "0644"), ("root", "0644"), ("user", "0644"), ("root", "0666"),
                 ("user", "4755"), ("root", "0755"), ("user", "2755"), ("mailnull", "0755"),
                 ("mailnull", "0400"), ("mailnull", "0600"), ("user", "6666"), ("root", "4666"),
                 ("keeper", "0644"), ("user", "4644"), ("user", "2644")):
        yield Row("mailfile", o, m)
        yield Row("userfile", o, m)
    for k, o in (("mailfile", "mailnull"), ("userfile", "user")):
        for link in LINKS:
            yield Row(k, o, "0644", link)
        for d in DIRS:
            yield Row(k, o, "0644", dir=d)
            yield Row(k, o, "0644", "missing", dir=d)
        for link in ("symlink", "pointed", "hardlink", "dangling"):
            for d in ("safe",):
                for w in ("FileDeliveryToSymLink", "FileDeliveryToHardLink",
                          "FileDeliveryToSymLink,FileDeliveryToHardLink"):
                    yield Row(k, o, "0644", link, d, w)
    yield from around("stats", "root", "0600")
    for link in ("symlink", "pointed", "hardlink", "dangling"):
        for w in ("WriteStatsToSymLink", "WriteStatsToHardLink",
                  "WriteStatsToSymLink,WriteStatsToHardLink"):
            yield Row("stats", "root", "0600", link, words=w)
    for m in ("0700", "0750", "0755", "0775", "0777", "1777", "0500"):
        yield Row("queue", "root", m)
    for o in ("user", "keeper"):
        yield Row("queue", o, "0700")


    for e in ("prog", "file"):
        for o in ("root", "nosh"):
            yield Row("include", o, "0644", extra=e)
            for w in ("IncludeFileInUnsafeDirPath",
                      "IncludeFileInUnsafeDirPath,IncludeFileInUnsafeDirPathSafe",
                      "IncludeFileInUnsafeDirPath,IncludeFileInUnsafeDirPathSafe,AssumeSafeChown"):
                yield Row("include", o, "0644", "regular", "world", w, e)
        yield Row("include", "user", "0644", "regular", "world",
                  "IncludeFileInUnsafeDirPath,IncludeFileInUnsafeDirPathSafe,AssumeSafeChown", e)
        yield Row("forward", "user", "0644", "regular", "group",
                  "ForwardFileInUnsafeDirPath,ForwardFileInGroupWritableDirPath", e)


def later_rows():
    """Host status, programs, keys and what else was asked after the first thousand."""
    for d in ("safe", *DIRS):
        for w in ("", *DIR_WORDS):
            yield Row("hoststat", "root", "0755", dir=d, words=w)
    for m in ("0700", "0775", "0777", "1777", "0555", "1775"):
        for w in ("", *DIR_WORDS):
            yield Row("hoststat", "root", m, words=w)
    for o in ("user", "keeper"):
        yield Row("hoststat", o, "0755")
    for link in ("symlink", "file", "missing"):
        yield Row("hoststat", "root", "0755", link)

    words = ("", "RunWritableProgram", "RunProgramInUnsafeDirPath",
             "RunWritableProgram,RunProgramInUnsafeDirPath")
    for w in words:
        for m in ("0755", "0775", "0757", "0777", "4755", "0700"):
            yield Row("program", "root", m, words=w, extra="mailer")
        for d in (*WRITABLE, "mine", "underworld"):
            yield Row("program", "root", "0755", dir=d, words=w, extra="mailer")
        yield Row("program", "root", "0777", dir="world", words=w, extra="mailer")
    for w in DIR_WORDS:
        for d in ("group", "sticky", "world"):
            yield Row("program", "root", "0755", dir=d, words=w, extra="mailer")
    for link in ("symlink", "throughdir", "hardlink", "missing"):
        for d in ("safe", "group"):
            yield Row("program", "root", "0755", link, d, extra="mailer")
    for o in ("user", "keeper"):
        yield Row("program", o, "0755", extra="mailer")
    for k, e in (("program", "alias"), ("progclass", "")):
        for m in ("0755", "0775", "0777"):
            yield Row(k, "root", m, extra=e)
        for d in ("group", "world", "mine"):
            yield Row(k, "root", "0755", dir=d, extra=e)

    for e in ("alias-prog", "alias-file", "forward-prog", "forward-file"):
        for w in ("", "NonRootSafeAddr"):
            yield Row("nonroot", extra=e, words=w)

    yield from around("switch")
    yield from worded("switch", "root", [], ["LinkedServiceSwitchFileInWritableDir"])

    # Ours refuses keys of other users with another word, and root may read what has mode 0000.
    for e, m in (("key", "0600"), ("cert", "0644"), ("ca", "0644")):
        for row in around("tlskey", "root", m, e):
            if row.mode != "0000" and row.owner not in ("user", "other"):
                yield row
        for d in WRITABLE:
            for w in DIR_WORDS:
                yield Row("tlskey", "root", m, dir=d, words=w, extra=e)
        for mode in ("0640", "0660", "0644", "0620", "0440"):
            yield Row("tlskey", "root", mode, words="GroupReadableKeyFile", extra=e)


# Decided otherwise on purpose: doc/file-safety.md says why.
DELIBERATE = (
    Row("mailfile", "user", "6666"), Row("userfile", "user", "6666"),
    Row("mailfile", "user", "4644"), Row("userfile", "user", "4644"),
    Row("userfile", "user", "2644"),
    Row("queue", "root", "0500"), Row("queue", "user", "0700"),
)


def unique():
    """Every row once."""
    seen = set(DELIBERATE)
    for row in (*rows(), *later_rows()):
        if row not in seen:
            seen.add(row)
            yield row
