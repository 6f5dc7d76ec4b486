#!/usr/bin/env python3
"""proofs.py CF_TREE: every FEATURE and MAILER of the tree has a case of which its removal changes what the
reference answers or declares (proofs.tsv, written by record), and what our tree makes of the case."""
import os
import sys
import tempfile

import case as cases

# What no case can show, and why.
WITHOUT_PROOF = {
    "FEATURE bcc": "the reference program does not know the option that it sets",
    "FEATURE notsticky": "says what is the default",
    "FEATURE tls_failures": "is an error, see errors/",
    "MAILER local": "is in every case",
    "MAILER smtp": "is in every case",
}


def read_proofs():
    with open(os.path.join(cases.HERE, "proofs.tsv"), encoding="ascii") as file:
        for line in file:
            if not line.startswith("#"):
                what, name, answers, declarations = line.rstrip("\n").split("\t")
                if int(answers) + int(declarations):
                    yield what, name


def main():
    tree = os.path.abspath(sys.argv[1])
    proved = {}
    for what, name in read_proofs():
        proved.setdefault(what, name)
    bad = 0
    for folder, macro in (("feature", "FEATURE"), ("mailer", "MAILER")):
        for file in sorted(os.listdir(os.path.join(tree, folder))):
            what = f"{macro} {file[:-3]}"
            if what in WITHOUT_PROOF:
                continue
            if what not in proved:
                print(f"{what}: no case proves it")
                bad += 1
                continue
            case = cases.Case(proved[what])
            with tempfile.TemporaryDirectory() as directory:
                case.prepare(directory, None)
                whole, _ = case.expand(tree, directory)
                part, _ = case.expand(tree, directory, case.without(what.replace(" ", "(`")))
                if whole == part and case.without(what.replace(" ", "(`")) != case.mc:
                    print(f"{what}: makes no difference in case {case.name}")
                    bad += 1
    print(f"{len(proved)} features and macros are proved by a case")
    sys.exit(1 if bad else 0)


main()
