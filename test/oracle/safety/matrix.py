#!/usr/bin/env python3
"""matrix.py PROGRAM DATABASES: one line of verdicts for every row of the file safety matrix.

A row is a kind of file, its owner, mode and link type, the directory it is in, and the words of
DontBlameSendmail. PROGRAM is asked what it makes of the file; what it prints, logs, delivers and
writes is the verdict. Runs as root with /mnt, /etc/passwd and /etc/group of its own (run.sh).
DATABASES: a folder with the alias and map databases (made once; read only).
"""
import os
import re
import shutil
import stat
import subprocess
import sys

from rows import unique

BASE = "/mnt/s"
CF = """V10/Berkeley
O LogLevel=14
O QueueDirectory=/mnt/s/q
O DeliveryMode=i
O SuperSafe=False
O MinFreeBlocks=0
O QueueLA=1000
O RefuseLA=1000
O DefaultUser=2004:2004
O TrustedUser=keeper
O DontProbeInterfaces=True
O Timeout.ident=0
O OperatorChars=.:%@!^/[]+
O ServiceSwitchFile=/mnt/s/switch
O HostsFile=/mnt/s/hosts
O ErrorMode=m
O SendMimeErrors=False
O DoubleBounceAddress=keeper
O Timeout.fileopen=5s
Djmx.try.test
DnMAILER-DAEMON
Cwlocalhost mx.try.test
H?D?Date: $a
H?F?From: $f
HSubject:
Mlocal, P=/bin/sh, F=lsDFMAw5:/|@qS9, S=0, R=0, T=DNS/RFC822/X-Unix, A=sh -c cat>>/mnt/s/mail/$u
Mprog, P=/bin/sh, F=lsDFMoq9, S=0, R=0, T=X-Unix/X-Unix/X-Unix, A=sh -c $u
SParse0
S3
R$* < $* > $*\t$2
R$+ @ $=w\t$1
S0
R$*\t$#local $: $1
"""


def run(argv, text="", timeout=20):
    env = dict(os.environ, PATH="/usr/bin:/bin:/usr/sbin:/sbin", TZ="UTC")
    try:
        done = subprocess.run([word.encode("latin-1") for word in argv], input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, env=env, check=False)
        return done.returncode, done.stdout.decode("latin-1")
    except subprocess.TimeoutExpired as late:
        return "timeout", (late.stdout or b"").decode("latin-1")


def talk(argv, commands):
    """An SMTP dialogue over a pipe: each command after the reply to the one before."""
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:
        out = []
        for command in ["", *commands]:
            if command:
                child.stdin.write(command.encode() + b"\r\n")
                child.stdin.flush()
            while True:
                line = child.stdout.readline().decode("latin-1").rstrip()
                out.append(line)
                if len(line) < 4 or line[3] != "-":
                    break
        child.stdin.close()
        return child.wait(), "\n".join(out) + "\n"


def uid(name):
    return {"root": 0, "user": 2001, "other": 2002, "keeper": 2003, "mailnull": 2004, "nosh": 2005}[name]


def write(path, text, mode=0o644, owner="root"):
    path = path.encode("latin-1")
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode("latin-1"))
    os.chown(path, uid(owner), uid(owner))
    os.chmod(path, mode)


def clean():
    shutil.rmtree(BASE, ignore_errors=True)
    os.mkdir(BASE, 0o755)
    for name, mode in (("q", 0o700), ("mail", 0o755), ("t", 0o755)):
        os.mkdir(f"{BASE}/{name}", mode)
        os.chmod(f"{BASE}/{name}", mode)
    write(f"{BASE}/switch", "hosts\tfiles\naliases\tfiles\npasswd\tfiles\n")
    write(f"{BASE}/hosts", "127.0.0.1\tlocalhost mx.try.test\n")


# Name: directories from the outermost, each "name mode owner"; the file is in the last one.
DIRECTORIES = {
    "safe": "p 0755 root",
    "group": "p 0775 root",
    "world": "p 0777 root",
    "stickygroup": "p 1775 root",
    "sticky": "p 1777 root",
    "mine": "p 0755 user",
    "minegroup": "p 0775 user",
    "theirs": "p 0755 other",
    "keepers": "p 0755 keeper",
    "closed": "p 0700 other",
    "undergroup": "u 0775 root/p 0755 root",
    "underworld": "u 0777 root/p 0755 root",
    "understicky": "u 1777 root/p 0755 root",
    "underother": "u 0755 other/p 0755 root",
}


def make_directories(spec):
    path = BASE
    for part in spec.split("/"):
        name, mode, owner = part.split()
        path += "/" + name
        os.mkdir(path)
        os.chown(path, uid(owner), uid(owner))
        os.chmod(path, int(mode, 8))
    return path


def place(row, text, suffix=""):
    """Makes the file; returns the name under which the program is told of it."""
    where = make_directories(DIRECTORIES[row.dir])
    path = f"{where}/f{suffix}"
    mode = int(row.mode, 8)
    link = row.link
    if link == "regular":
        write(path, text, mode, row.owner)
    elif link == "symlink":
        write(f"{BASE}/t/f{suffix}", text, mode, row.owner)
        os.symlink(f"{BASE}/t/f{suffix}", path)
        os.lchown(path, uid(row.owner), uid(row.owner))
    elif link == "pointed":  # the link is in a safe place, the file in the row's directory
        write(path, text, mode, row.owner)
        os.symlink(path, f"{BASE}/t/f{suffix}")
        return f"{BASE}/t/f"
    elif link == "throughdir":
        write(path, text, mode, row.owner)
        os.symlink(where, f"{BASE}/d")
        return f"{BASE}/d/f"
    elif link == "hardlink":
        write(f"{BASE}/t/f{suffix}", text, mode, row.owner)
        os.link(f"{BASE}/t/f{suffix}", path)
    elif link == "fifo":
        os.mkfifo(path)
        os.chmod(path, mode)
        os.chown(path, uid(row.owner), uid(row.owner))
    elif link == "device":
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
        os.chmod(path, mode)
        os.chown(path, uid(row.owner), uid(row.owner))
    elif link == "directory":
        os.mkdir(path)
        os.chmod(path, mode)
        os.chown(path, uid(row.owner), uid(row.owner))
    elif link == "dangling":
        os.symlink(f"{BASE}/t/nothing", path)
    elif link != "missing":
        raise ValueError(link)
    return f"{where}/f"


class Asker:
    def __init__(self, program, databases, ours):
        self.program, self.databases, self.ours = program, databases, ours

    def cf(self, row, lines, path=BASE + "/cf", mode=0o644):
        text = CF
        if row.words:
            text = text.replace("O LogLevel", f"O DontBlameSendmail={row.words}\nO LogLevel", 1)
        text = text.replace("SParse0", lines + "\nSParse0")
        if self.ours:
            text += "O LogFile=/mnt/log\n"
        write(path, text, mode)
        return path

    def sendmail(self, *args, text="", cf=BASE + "/cf"):
        return run([self.program, "-C" + cf, *args], text)

    def database(self, name):
        with open(f"{self.databases}/{name}.db", "rb") as f:
            return f.read()

    # Each kind of file: how it is made known, and what tells the verdict.
    def ask_class(self, row):
        name = place(row, "alpha\nbeta\n")
        self.cf(row, f"F{{X}}{'-o ' if row.extra == 'optional' else ''}{name}")
        return self.sendmail("-bt", text="$={X}\n")

    def ask_cf(self, row):
        where = make_directories(DIRECTORIES[row.dir])
        self.cf(row, "DXseen", f"{where}/f", int(row.mode, 8))
        os.chown(f"{where}/f", uid(row.owner), uid(row.owner))
        return self.sendmail("-bt", text="$X\n", cf=f"{where}/f")

    def ask_map(self, row):
        if row.extra == "text":
            name = place(row, "key value\n")
            self.cf(row, f"Km text -k0 -v1 {name}")
        else:
            name = place(row, self.database(row.extra), ".db")
            self.cf(row, f"Km {row.extra} {name}")
        return self.sendmail("-bt", text="/map m key\n")

    def ask_aliasdb(self, row):
        name = place(row, self.database("aliases"), ".db")
        write(name, "list: user\n")
        self.cf(row, f"O AliasFile={name}")
        # The reference looks into the text, or delivers past the aliases, when it may not use the
        # database; ours waits for a usable one.
        out = self.sendmail("-bv", "list")[1]
        return 0, f"database {'used' if out.startswith('other...') else 'refused'}\n"

    def ask_aliastext(self, row):
        name = place(row, "list: other\n")
        self.cf(row, f"O AliasFile={name}")
        code, out = self.sendmail("-bi")
        return code, out + self.mode_of(name + ".db")

    def ask_aliaswrite(self, row):
        name = place(row, self.database("aliases"), ".db")
        write(name, "list: user\n")
        self.cf(row, f"O AliasFile={name}")
        before = self.contents(name + ".db")
        code, out = self.sendmail("-bi")
        state = "unchanged" if self.contents(name + ".db") == before else "rewritten"
        return code, out + state + "\n"

    def ask_forward(self, row):
        text = {"prog": "|/bin/true\n", "file": "/mnt/s/mail/box\n"}.get(row.extra, "other\n")
        name = place(row, text, ".user")
        self.cf(row, f"O ForwardPath={name}.$u")
        return self.sendmail("-bv", "user")

    def ask_include(self, row):
        text = {"prog": "|/bin/true\n", "file": "/mnt/s/mail/box\n"}.get(row.extra, "other\n")
        name = place(row, text)
        write(BASE + "/aliases", f"list: :include:{name}\n")
        self.cf(row, f"O AliasFile={BASE}/aliases")
        self.sendmail("-bi")
        return self.sendmail("-bv", "list")

    def ask_helpfile(self, row):
        name = place(row, "#vers\t2\nsmtp\tTopics: HELO\nnoop\tnothing\n")
        self.cf(row, f"O HelpFile={name}")
        code, out = talk([self.program, f"-C{BASE}/cf", "-bs"], ["HELP NOOP", "QUIT"])
        lines = [line for line in out.splitlines() if not line.startswith("220")]
        return code, "\n".join(lines) + "\n"

    def ask_errorheader(self, row):
        name = place(row, "A WORD BEFORE\n")
        self.cf(row, f"O ErrorHeader={name}")
        code, out = self.sendmail("-fother", "nosuchuser", text="Subject: s\n\nbody\n")
        return code, out + self.tail("/mnt/s/mail/other", "A WORD BEFORE", "Returned mail")

    def ask_mailfile(self, row):
        name = place(row, "old\n")
        write(BASE + "/aliases", f"list: {name}\n")
        self.cf(row, f"O AliasFile={BASE}/aliases")
        self.sendmail("-bi")
        before = self.contents(name)
        code, out = self.sendmail("-fother", "list", text="Subject: s\n\nbody\n")
        state = "written" if self.contents(name) != before else "untouched"
        return code, out + state + "\n" + self.mode_of(name)

    def ask_userfile(self, row):
        """A file that a user's own .forward names."""
        name = place(row, "old\n")
        write(BASE + "/forward.user", f"{name}\n", 0o644, "user")
        self.cf(row, f"O ForwardPath={BASE}/forward.$u")
        before = self.contents(name)
        code, out = self.sendmail("-fother", "user", text="Subject: s\n\nbody\n")
        state = "written" if self.contents(name) != before else "untouched"
        return code, out + state + "\n" + self.mode_of(name)

    def ask_stats(self, row):
        name = place(row, b"")
        self.cf(row, f"O StatusFile={name}")
        code, out = self.sendmail("-fother", "user", text="Subject: s\n\nbody\n")
        return code, out + ("written\n" if self.contents(name) else "untouched\n")

    def ask_queue(self, row):
        where = make_directories(DIRECTORIES[row.dir])
        os.chown(where, uid(row.owner), uid(row.owner))
        os.chmod(where, int(row.mode, 8))
        self.cf(row, f"O QueueDirectory={where}")
        code, out = self.sendmail("-odq", "-fother", "user", text="Subject: s\n\nbody\n")
        return code, out + " ".join(sorted({n[:2] for n in os.listdir(where)})) + "\n"

    def ask_switch(self, row):
        """A switch file that names no service for hosts: HostsFile is not asked."""
        name = place(row, "hosts\tnis\naliases\tfiles\npasswd\tfiles\n")
        self.cf(row, f"O ServiceSwitchFile={name}\nKh host")
        out = self.sendmail("-bt", text="/map h localhost\n")[1]
        return 0, f"switch {'used' if 'not found' in out or 'no match' in out else 'not used'}\n"

    def ask_hoststat(self, row):
        where = make_directories(DIRECTORIES[row.dir])
        path = f"{where}/f"
        mode = int(row.mode, 8)
        if row.link == "missing":
            pass
        elif row.link == "regular":
            os.mkdir(path)
            self.host_file(path, mode, row.owner)
        elif row.link == "file":
            write(path, "", mode, row.owner)
        else:  # symlink
            os.mkdir(f"{BASE}/t/f")
            self.host_file(f"{BASE}/t/f", mode, row.owner)
            os.symlink(f"{BASE}/t/f", path)
        self.cf(row, f"O HostStatusDirectory={path}")
        out = self.sendmail("-bh")[1]
        return 0, "used\n" if re.search(r"(?m)^ host ", out) else "not used\n"

    def host_file(self, path, mode, owner):
        write(f"{path}/host", "V0\nE0\nH0\nS0\nU1\n.\n")
        os.chown(path, uid(owner), uid(owner))
        os.chmod(path, mode)

    def ask_progclass(self, row):
        name = place(row, "#!/bin/sh\necho alpha\n")
        self.cf(row, f"F{{X}}|{name}")
        return self.sendmail("-bt", text="$={X}\n")

    def ask_program(self, row):
        """A program that an alias or a mailer runs."""
        name = place(row, "#!/bin/sh\ncat >/dev/null; touch /mnt/s/mail/ran\n")
        os.chmod(f"{BASE}/mail", 0o777)
        if row.extra == "alias":
            write(BASE + "/aliases", f'list: "|{name}"\n')
            self.cf(row, f"O AliasFile={BASE}/aliases")
            self.sendmail("-bi")
        else:
            self.cf(row, "")
            with open(BASE + "/cf", encoding="latin-1") as f:
                text = f.read()
            text = re.sub(r"(?m)^Mlocal, P=/bin/sh, (.*) A=.*$",
                          lambda m: f"Mlocal, P={name}, {m.group(1)} A=list $u", text)
            write(BASE + "/cf", text)
        code, out = self.sendmail("-fother", "list" if row.extra == "alias" else "user",
                                  text="Subject: s\n\nbody\n")
        ran = "ran\n" if os.path.exists(f"{BASE}/mail/ran") else "not run\n"
        return code, ran

    def ask_nonroot(self, row):
        """A program or file in an alias or .forward, when an ordinary user runs the program."""
        for name in ("q", "mail"):
            os.chown(f"{BASE}/{name}", uid("user"), uid("user"))
        os.chown(BASE, uid("user"), uid("user"))
        what = {"prog": "|/bin/true", "file": "/mnt/s/mail/box"}[row.extra.split("-")[1]]
        write(BASE + "/aliases", f'list: "{what}"\n', 0o644, "user")
        write(BASE + "/forward.user", f'"{what}"\n', 0o644, "user")
        self.cf(row, f"O AliasFile={BASE}/aliases\nO ForwardPath={BASE}/forward.$u")
        with open(BASE + "/cf", encoding="latin-1") as f:
            text = f.read().replace("TrustedUser=keeper", "TrustedUser=user")
        write(BASE + "/cf", text.replace("O LogLevel", "O RunAsUser=user\nO LogLevel", 1))
        self.sendmail("-bi")
        os.chown(BASE + "/aliases.db", uid("user"), uid("user"))
        who = "list" if row.extra.startswith("alias") else "user"
        return run(["setpriv", "--reuid=2001", "--regid=2001", "--clear-groups", self.program,
                    f"-C{BASE}/cf", "-bv", who])

    def ask_tlskey(self, row):
        """A server's key (or its certificate, or the CA file)."""
        texts = {}
        for part in ("key", "cert"):
            with open(f"{self.databases}/{part}.pem", encoding="ascii") as f:
                texts[part] = f.read()
        names = {"key": f"{BASE}/key", "cert": f"{BASE}/cert", "ca": f"{BASE}/cert"}
        write(names["key"], texts["key"], 0o600)
        write(names["cert"], texts["cert"], 0o644)
        names[row.extra] = place(row, texts["key" if row.extra == "key" else "cert"])
        self.cf(row, f"O ServerKeyFile={names['key']}\nO ServerCertFile={names['cert']}\n"
                     f"O CACertFile={names['ca']}\nO CACertPath={BASE}")
        code, out = talk([self.program, f"-C{BASE}/cf", "-bs"], ["EHLO a.test", "QUIT"])
        return 0, f"STARTTLS {'offered' if 'STARTTLS' in out else 'not offered'}\n"

    def contents(self, name):
        try:
            if not stat.S_ISREG(os.stat(name).st_mode):
                return b""
            with open(name, "rb") as f:
                return f.read()
        except OSError:
            return None

    def mode_of(self, name):
        try:
            info = os.stat(name)
        except OSError:
            return "no file\n"
        return f"mode {stat.S_IMODE(info.st_mode):04o} owner {info.st_uid}\n"

    def tail(self, name, *words):
        text = (self.contents(name) or b"").decode("latin-1")
        return "".join(f"{word}: {'yes' if word in text else 'no'}\n" for word in words)

    def ask(self, row):
        clean()
        if os.path.exists("/mnt/log"):
            os.unlink("/mnt/log")
        os.umask(0o022)
        code, out = getattr(self, "ask_" + row.kind)(row)
        log = ""
        if os.path.exists("/mnt/log"):
            with open("/mnt/log", encoding="latin-1") as f:
                log = f.read()
        # Test mode's exit status says whether anything was complained of, not what.
        # A delivery's belongs to the submission.
        status = f"exit {code}\n" if row.kind in ("forward", "include", "aliastext") else ""
        lines = self.plain(row, status + out, log)
        return sorted(lines) if row.kind in ("class", "program", "include", "forward") else lines

    def plain(self, row, out, log):
        """The lines that say something about the file, without what changes from run to run."""
        lines = []
        # The reference says this again between the question and the answer of a text map.
        out = re.sub(r"(map_lookup: \w+ \(\w+\) )WARNING: .*\n", r"\1", out)
        for line in out.splitlines():
            if line.startswith(("ADDRESS TEST MODE", "Enter <")):
                continue
            line = re.sub(r"^(> )+", "", line).rstrip()
            if line and line != ">" and not line.startswith("Notice: -bv may give misleading"):
                lines.append(line)
        for line in log.splitlines():
            line = re.sub(r"^.*?\[\d+\]: ", "", line)
            line = re.sub(r"^(NOQUEUE|[0-9A-Za-z]{8}\d{6,7}): ", "", line)
            line = re.sub(r"ctladdr=.*stat=", "stat=", line)
            line = re.sub(r"stat=Deferred.*", "stat=Deferred", line)
            # Ours adds what to do about it; the reference's client says it twice.
            line = re.sub(r" \((chmod|chown|or DontBlame)[^)]*\)$", "", line)
            line = re.sub(r"(can't open \S+: )file \S+ unsafe: ", r"\1", line)
            if "SYSERR" not in line and re.search(r"/mnt/s|unsafe|ritable", line) and re.search(
                    LOGGED, line) and row.kind != "aliasdb" and "log: " + line not in lines:
                lines.append("log: " + line)
        text = [re.sub(r"\b[0-9A-Za-z]{8}\d{6,7}\b", "QID", line) for line in lines]
        text = [re.sub(r"\b[89]\.\d+\.\d+[.0-9]*", "VERSION", line) for line in text]
        text = [re.sub(r"; \w\w\w, \d+ .*", "; DATE", line) for line in text]
        return [line.replace(BASE, "@DIR@") for line in text]


LOGGED = (r"unsafe|ritable|annot open|not safe|NOT written|WARNING|cannot write|safefile|Permission|"
          r"file .* unsafe|forward|stat=|hard link|regular|link")


def print_answers(named, ask, only):
    """The lines of ask(case) below the name of each case of (name, case) that `only` is found in."""
    for name, case in named:
        if re.search(only, name):
            print(name)
            for line in ask(case):
                print("    " + line)
            sys.stdout.flush()


def run_cases(cases, ask):
    """The whole of a script PROGRAM ours|theirs [NAMES]: ask(asker, case) for each case."""
    asker = Asker(sys.argv[1], "", sys.argv[2] == "ours")
    print_answers(((case.name, case) for case in cases), lambda case: ask(asker, case),
                  sys.argv[3] if len(sys.argv) > 3 else "")


def main():
    program, databases, ours = sys.argv[1], sys.argv[2], sys.argv[3] == "ours"
    print_answers(((row.name(), row) for row in unique()), Asker(program, databases, ours).ask,
                  sys.argv[4] if len(sys.argv) > 4 else "")


if __name__ == "__main__":
    main()
