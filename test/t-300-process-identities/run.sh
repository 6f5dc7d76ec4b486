#!/bin/sh
# Who runs as whom below a daemon that root started: only the listener and the broker keep root's
# rights; manager and sessions have one other user in all four places, without root's group.
. "$SM_SOURCE_DIR/test/util/lib.sh"
[ "$(id -u)" = 0 ] || skip "only root can start processes of several users"
command -v python3 >/dev/null || skip "python3 is not installed"

make_instance
start_daemon -q1h
wait_for "pgrep -P $daemon_pid -f 'sendmail: .*manager' >/dev/null"
python3 - "$port" "$daemon_pid" <<'PYTHON' || fail "identities"
import glob, os, socket, sys, time

port, daemon = int(sys.argv[1]), int(sys.argv[2])
link = socket.create_connection(("127.0.0.1", port), 30)
link.recv(1000)


def status(pid):
    with open("/proc/%d/status" % pid) as source:
        return dict(line.rstrip("\n").split(":\t", 1) for line in source if ":\t" in line)


def title(pid):
    with open("/proc/%d/cmdline" % pid, "rb") as source:
        return source.read().split(b"\0")[0].decode()


parents = {}
for path in glob.glob("/proc/[0-9]*"):
    try:
        pid = int(os.path.basename(path))
        parents[pid] = int(status(pid)["PPid"])
    except (OSError, KeyError):
        pass


def below(pid):
    while pid > 1:
        pid = parents.get(pid, 0)
        if pid == daemon:
            return True
    return False


children = [pid for pid in parents if below(pid)]
bad = 0
seen = set()
for pid in [daemon] + children:
    facts, name = status(pid), title(pid)
    uids, gids = set(facts["Uid"].split()), set(facts["Gid"].split())
    groups = facts["Groups"].split()
    kind = ("session" if "server" in name else "broker" if "broker" in name
            else "listener" if pid == daemon else "manager" if "manager" in name else "worker")
    seen.add(kind)
    print("%-9s uid %s gid %s groups %s caps %s" % (kind, facts["Uid"].replace("\t", " "),
          facts["Gid"].replace("\t", " "), groups, facts["CapEff"]))
    if kind in ("listener", "broker"):
        continue
    # /proc/PID belongs to root when the process is not dumpable.
    dumpable = os.stat("/proc/%d/status" % pid).st_uid != 0
    if len(uids) != 1 or "0" in uids or len(gids) != 1 or "0" in gids or "0" in groups \
            or int(facts["CapEff"], 16) or int(facts["CapPrm"], 16) or dumpable:
        print("  has too many rights")
        bad = 1
for kind in ("listener", "broker", "manager", "session"):
    if kind not in seen:
        print("no " + kind)
        bad = 1
sys.exit(bad)
PYTHON
