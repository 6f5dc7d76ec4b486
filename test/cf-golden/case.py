"""One case of this folder: a configuration, its maps, its questions, and what is recorded of them.

cases/NAME/sendmail.mc   the configuration; @DIR@ is the folder in which it runs
cases/NAME/ask           the questions, one a line (answers.py); ask.common follows.  None: the case
                         names files of a system and is only expanded
cases/NAME/FILE.list     a file as it is (classes)
cases/NAME/FILE          another file: the source of a hash map
cases/NAME/answers       recorded: what the reference program answers with the reference tree
cases/NAME/declared      recorded: what the reference tree declares (declared.py)
"""
import os
import re
import shutil
import subprocess

import answers
import declared

HERE = os.path.dirname(os.path.abspath(__file__))
# What a question gives as "$|" is three characters; this ruleset makes the operator of it.
TRANSLATE = "\nLOCAL_RULESETS\nStranslate\nR$* $$| $*\t$1 $| $2\n"
OWN = {"sendmail.mc", "ask", "answers", "declared"}


class Peer:
    """A cf tree, the program that reads its configurations, and the makemap of its maps."""

    def __init__(self, tree: str, program: str, makemap: str):
        self.tree, self.program, self.makemap = (os.path.abspath(path) for path in (tree, program, makemap))


class Case:
    def __init__(self, name: str):
        self.name = name
        self.folder = os.path.join(HERE, "cases", name)
        self.questions = []
        if os.path.exists(self.path("ask")):
            self.questions = answers.questions(self.path("ask")) + \
                answers.questions(os.path.join(HERE, "ask.common"))
        with open(self.path("sendmail.mc"), encoding="latin-1") as file:
            self.mc = file.read()

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def prepare(self, directory: str, makemap: str | None) -> None:
        """The files that the configuration names, in an empty directory; no maps without a makemap."""
        os.mkdir(os.path.join(directory, "mqueue"), 0o700)
        with open(os.path.join(HERE, "common.m4"), encoding="latin-1") as source, \
                open(os.path.join(directory, "common.m4"), "w", encoding="latin-1") as target:
            target.write(source.read().replace("@DIR@", directory))
        shutil.copy(os.path.join(HERE, "service.switch"), directory)
        for name in sorted(os.listdir(self.folder)):
            if name in OWN:
                continue
            shutil.copy(self.path(name), directory)
            if makemap and not name.endswith(".list"):
                with open(self.path(name), "rb") as source:
                    subprocess.run([makemap, "-C/dev/null", "hash", os.path.join(directory, name)], stdin=source, check=True)

    def expand(self, tree: str, directory: str, mc: str | None = None) -> tuple[str, str]:
        """The configuration of a tree, and what m4 said.  It is left in directory/sendmail.cf."""
        with open(os.path.join(directory, "sendmail.mc"), "w", encoding="latin-1") as file:
            file.write((mc or self.mc).replace("@DIR@", directory) + (TRANSLATE if self.questions else ""))
        done = subprocess.run(["m4", f"-D_CF_DIR_={tree}/", f"{tree}/m4/cf.m4", "sendmail.mc"], cwd=directory,
                              capture_output=True, encoding="latin-1", check=False)
        path = os.path.join(directory, "sendmail.cf")
        with open(path, "w", encoding="latin-1") as file:
            file.write(done.stdout)
        os.chmod(path, 0o644)
        return done.stdout, done.stderr

    def ask(self, program: str, directory: str) -> list[list[str]]:
        if not self.questions:
            return []
        return answers.ask([program, "-C" + os.path.join(directory, "sendmail.cf")], self.questions, directory)

    def declared(self, text: str, directory: str) -> list[str]:
        return [line.replace(directory, "@DIR@") for line in declared.declared(text)]

    def without(self, thing: str) -> str:
        """The configuration without the lines that begin with a macro, e.g. "FEATURE(`redirect'"."""
        out, dropping = [], False
        for line in self.mc.split("\n"):
            if re.match(r"^[A-Za-z_0-9]{4,}(\(|$|dnl)", line):
                dropping = line.startswith(thing)
            if not dropping:
                out.append(line)
        return "\n".join(out)

    def things(self) -> list[str]:
        """What this case may prove: its FEATUREs, its macros, its definitions."""
        found = []
        for line in self.mc.split("\n"):
            match = re.match(r"^((FEATURE|MAILER|HACK|DOMAIN|define)\(`?[A-Za-z0-9_.-]+|[A-Z]{3}[A-Z_0-9]+)", line)
            if match and match[1] not in ("VERSIONID", "OSTYPE") and match[1] not in found \
                    and not match[1].startswith(("MAILER(`local", "MAILER(`smtp")):
                found.append(match[1])
        return found


def all_cases() -> list[Case]:
    return [Case(name) for name in sorted(os.listdir(os.path.join(HERE, "cases")))]


def format_answers(questions: list[bytes], found: list[list[str]]) -> str:
    out = []
    for question, lines in zip(questions, found):
        out.append("> " + question.decode("latin-1"))
        out += ["  " + line for line in lines]
    return "\n".join(out) + "\n"


def parse_answers(text: str) -> list[list[str]]:
    out: list[list[str]] = []
    for line in text.split("\n"):
        if line.startswith("> "):
            out.append([])
        elif line:
            out[-1].append(line[2:])
    return out
