"""Generated cases: chains and nests of aliases, .forward and :include: files with the odd forms of
members, from a fixed seed, so that the recorded answers stay valid."""
import random

SEED = 20260731
KINDS = ("alias", "forward", "include")
USERS = ("user", "other", "nosh")
LEAVES = (
    "user", "other", "USER", "\\user", "\\other", "nosuch", "nosuch2", "user@mx.try.test",
    "Other@localhost", "<other>", "The Other <other>", "other (a comment)", "user+detail",
    '"a b"', '"|cat >/dev/null; exit 0"', '"|cat >/dev/null; exit 67"',
    '"|cat >/dev/null; exit 75"', "/mnt/s/mail/box", "/dev/null", ":include:/mnt/s/none",
    '"|cat >/dev/null; exit 78"', "/mnt/s/none/box", '"|cat >/dev/null; exit 3"',
)


def members(rng, names, leaves=LEAVES):
    chosen = [rng.choice(leaves) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    if names and rng.random() < 0.5:
        chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(names))
    return chosen


def one(rng):
    """aliases, files, recipient of a small world without loops: a list names only later ones."""
    aliases, files, names = [], {"wait.nosh": ""} if rng.random() < 0.3 else {}, []
    forwards = [u for u in USERS if rng.random() < 0.35]
    for user in forwards:
        files[f"fw/{user}"] = "\n".join(members(rng, [f"\\{user}"], LEAVES[:16])) + "\n"
    for number in range(rng.choice((1, 2, 3))):
        name = f"list{number}"
        if rng.random() < 0.4:
            owner = rng.choice(("root", "root", "user", "other", "nosh"))
            lines = members(rng, names)
            files[f"inc{number}"] = ("# a list\n" + "\n".join(lines) + "\n", 0o644, owner)
            aliases.append(f"{name}: :include:/mnt/s/inc{number}\n")
        else:
            separator = rng.choice((", ", ",", ",\n\t"))
            aliases.append(f"{name}: {separator.join(members(rng, names))}\n")
        names.append(name)
    aliases.append("MAILER-DAEMON: postmaster\npostmaster: /mnt/s/mail/postmaster\n")
    return "".join(aliases), files, names[-1] if rng.random() < 0.8 else rng.choice(USERS)


# Here the reference delivers in another order than it lists, takes /dev/null of two owners for one
# file, and gives two users that forward to each other a copy more.
ELSEWHERE = (40, 54, 75)


def worlds(count):
    """Number and world of each."""
    rng = random.Random(SEED)
    made = [one(rng) for _ in range(count)]
    return [(number, world) for number, world in enumerate(made) if number not in ELSEWHERE]
