#!/usr/bin/env python3
"""Load comparison: our sendmail, a reference sendmail and Postfix, in one run on one machine.

    compare.py --ours BINARY --makemap BINARY [--reference BINARY] [--host-shim LIB] [--postfix]
               [--cases accept-1-new,relay-20-reused] [--messages N] [--rounds N] [--dir DIR]

--host-shim: a library for the reference that gives it a host name with a dot; without one, on a
host whose name has none, it waits a minute and the run ends.

Needs root (Postfix insists on it) and Postfix's smtp-source and smtp-sink (Debian package postfix),
which make the load for every peer. Each case runs `rounds` times, the peers in turn, so that a
change of the machine's speed hits all; medians and the ratio to ours are printed. Rates are
messages per second of wall time; cpu is user+system milliseconds per message of the peer's
processes (their control group), load generator and sink not counted.
"""
import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CF = os.environ.get("SM_CF", os.path.join(HERE, "..", "..", "cf"))


def wait_port(port, process=None, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError("nothing listens on port %d" % port)


def write(path, text, mode=0o644):
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, mode)


class Peer:
    """One MTA in a directory of its own: start(mode), stop(), port, queued()."""

    def __init__(self, name, root, port, sink):
        self.name, self.port, self.sink = name, port, sink
        self.dir = os.path.join(root, name)
        os.makedirs(self.dir)
        self.group = None
        for base in ("/sys/fs/cgroup", "/sys/fs/cgroup/cpuacct"):  # version 2, version 1
            group = "%s/sm-bench-%s-%d" % (base, name, os.getpid())
            try:
                os.mkdir(group)
            except OSError:
                continue
            if os.path.exists(group + "/cgroup.procs"):
                self.group = group
                break
            os.rmdir(group)

    def enter_group(self):
        if self.group:
            with open(self.group + "/cgroup.procs", "w") as procs:
                procs.write(str(os.getpid()))

    def cpu_seconds(self):
        if not self.group:
            return 0.0
        if os.path.exists(self.group + "/cpuacct.usage"):
            with open(self.group + "/cpuacct.usage") as usage:
                return int(usage.read()) / 1e9
        with open(self.group + "/cpu.stat") as stat:
            return int(stat.readline().split()[1]) / 1e6

    def broker(self):
        return None

    def close(self):
        if self.group:
            for _ in range(50):
                try:
                    os.rmdir(self.group)
                    return
                except OSError:
                    time.sleep(0.1)


class Sendmail(Peer):
    def __init__(self, name, root, port, sink, binary, makemap, shim=None):
        super().__init__(name, root, port, sink)
        self.binary, self.makemap, self.shim = binary, makemap, shim
        self.process = None
        os.makedirs(self.dir + "/mqueue", mode=0o700)
        write(self.dir + "/service.switch", "hosts\tfiles\naliases\tfiles\npasswd\tfiles\n")
        write(self.dir + "/hosts", "127.0.0.1\tlocalhost bench.example.test\n")
        write(self.dir + "/helpfile", "#vers\t2\n")
        write(self.dir + "/statistics", "", 0o600)
        write(self.dir + "/aliases", "postmaster: root\n")
        write(self.dir + "/access", "Connect:127.0.0.1\tRELAY\n")

    def configure(self, mode):
        with open(os.path.join(HERE, "bench.mc")) as template:
            text = template.read()
        for word, value in (("DIR", self.dir), ("PORT", self.port), ("SINK", self.sink),
                            ("MODE", mode)):
            text = text.replace("@%s@" % word, str(value))
        write(self.dir + "/bench.mc", text)
        with open(self.dir + "/sendmail.cf", "w") as out:
            subprocess.run(["m4", "-D_CF_DIR_=%s/" % os.path.realpath(CF),
                            os.path.realpath(CF) + "/m4/cf.m4", self.dir + "/bench.mc"],
                           stdout=out, stderr=subprocess.DEVNULL, check=True)
            # Log lines cost something: every peer writes its own to a file.
            if not self.shim:
                out.write("O LogFile=%s/log\nO LogLevel=10\n" % self.dir)
        with open(self.dir + "/access") as source:
            subprocess.run([self.makemap, "-C", self.dir + "/sendmail.cf", "hash",
                            self.dir + "/access"], stdin=source, check=True)

    def environment(self):
        env = dict(os.environ)
        if self.shim:
            env.update(LD_PRELOAD=self.shim, SHIM_HOST="bench.example.test",
                       SHIM_LOG=self.dir + "/log")
        return env

    def start(self, mode, interval="1h"):
        self.configure(mode)
        subprocess.run([self.binary, "-C", self.dir + "/sendmail.cf", "-bi"],
                       env=self.environment(), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        argv = [self.binary, "-C", self.dir + "/sendmail.cf", "-bD"]
        if interval:
            argv.append("-q" + interval)
        self.process = subprocess.Popen(argv, env=self.environment(), preexec_fn=self.enter_group,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        wait_port(self.port, self.process)

    def queued(self):
        return sum(name.startswith("qf") for name in os.listdir(self.dir + "/mqueue"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        end = time.time() + 10
        if self.group:
            while time.time() < end and open(self.group + "/cgroup.procs").read():
                time.sleep(0.05)
        for name in os.listdir(self.dir + "/mqueue"):
            path = self.dir + "/mqueue/" + name
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def run_queue(self):
        subprocess.run([self.binary, "-C", self.dir + "/sendmail.cf", "-q"],
                       env=self.environment(), preexec_fn=self.enter_group,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


    def broker(self):
        """-> (requests, cpu ms) of our process with root's rights since the last start"""
        try:
            with open(self.dir + "/log") as log:
                found = re.findall(r"broker: requests=(\d+), cpu=(\d+)ms", log.read())
            os.unlink(self.dir + "/log")
        except OSError:
            return None
        return tuple(map(int, found[-1])) if found else None


class Postfix(Peer):
    def start(self, mode):
        conf = self.dir + "/etc"
        os.makedirs(conf, exist_ok=True)
        os.makedirs(self.dir + "/spool", exist_ok=True)
        os.makedirs(self.dir + "/lib", exist_ok=True)
        shutil.chown(self.dir + "/lib", "postfix")
        write(conf + "/main.cf", "\n".join([
            "compatibility_level = 3.6", "queue_directory = %s/spool" % self.dir,
            "data_directory = %s/lib" % self.dir, "myhostname = bench.example.test",
            "mydestination =", "mynetworks = 127.0.0.0/8", "inet_interfaces = 127.0.0.1",
            "inet_protocols = ipv4", "alias_maps =", "alias_database =",
            "relayhost = [127.0.0.1]:%d" % self.sink, "disable_dns_lookups = yes",
            "maillog_file = %s/log" % self.dir, "maillog_file_prefixes = %s" % self.dir,
            "smtpd_client_connection_count_limit = 0", "default_process_limit = 100",
            "multi_instance_enable = no",
            "defer_transports = %s" % ("smtp relay" if mode == "q" else ""), ""]))
        with open("/etc/postfix/master.cf") as source:
            master = source.read()
        master = re.sub(r"(?m)^smtp\s+inet.*$",
                        "127.0.0.1:%d inet n - n - - smtpd" % self.port, master)
        master = re.sub(r"(?m)^(\S+\s+(?:inet|unix|unix-dgram|fifo)\s+\S\s+\S\s+)y", r"\1n", master)
        write(conf + "/master.cf", master)
        if os.path.exists("/etc/postfix/dynamicmaps.cf"):
            shutil.copy("/etc/postfix/dynamicmaps.cf", conf)
        subprocess.run(["postfix", "-c", conf, "start"], preexec_fn=self.enter_group, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_port(self.port)

    def queued(self):
        count = 0
        for part in ("incoming", "active", "deferred"):
            for _, _, files in os.walk("%s/spool/%s" % (self.dir, part)):
                count += len(files)
        return count

    def stop(self):
        subprocess.run(["postfix", "-c", self.dir + "/etc", "stop"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        for part in ("incoming", "active", "deferred", "defer"):
            shutil.rmtree("%s/spool/%s" % (self.dir, part), ignore_errors=True)


def smtp_source(port, messages, sessions, size, reuse):
    argv = ["smtp-source", "-s", str(sessions), "-m", str(messages), "-l", str(size),
            "-f", "a@bench.example.test", "-t", "u@sink.example.test"]
    if reuse:
        argv.append("-d")
    start = time.time()
    subprocess.run(argv + ["127.0.0.1:%d" % port], check=True, timeout=300)
    return time.time() - start


class Sink:
    def __init__(self, port):
        self.port = port
        self.process = subprocess.Popen(["smtp-sink", "-u", "nobody", "127.0.0.1:%d" % port, "1000"])
        wait_port(port, self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure(peer, case, messages, size):
    """-> (messages per second, cpu ms per message, broker's requests and cpu ms, or None)"""
    kind, sessions, reuse = case
    peer.start("q" if kind == "accept" else "b")
    try:
        before = peer.cpu_seconds()
        start = time.time()
        smtp_source(peer.port, messages, sessions, size, reuse)
        if kind == "relay":
            end = time.time() + 300
            while peer.queued() and time.time() < end:
                time.sleep(0.02)
        seconds = time.time() - start
        cpu = (peer.cpu_seconds() - before) * 1000 / messages
    finally:
        peer.stop()
    return messages / seconds, cpu, peer.broker()


def broker_text(runs, messages):
    """What the separation of rights costs, of the run in the middle."""
    known = sorted((broker[1], broker[0], cpu) for _, cpu, broker in runs if broker)
    if not known:
        return ""
    spent, requests, cpu = known[len(known) // 2]
    share = 100 * spent / messages / cpu if cpu else 0
    return "   broker: %.1f requests, %.2f ms cpu per message (%.0f %% of the cpu)" % (
        requests / messages, spent / messages, share)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours")
    parser.add_argument("--makemap")
    parser.add_argument("--reference")
    parser.add_argument("--reference-makemap")
    parser.add_argument("--host-shim")
    parser.add_argument("--postfix", action="store_true")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--cases", default="accept-1-new,accept-1-reused,accept-10-new,"
                        "accept-10-reused,accept-50-new,relay-20-new,relay-20-reused")
    parser.add_argument("--dir")
    args = parser.parse_args()
    for tool in ("smtp-source", "smtp-sink"):
        if not shutil.which(tool):
            sys.exit("compare.py: %s not found: install the package postfix" % tool)
    root = tempfile.mkdtemp(prefix="sm-bench-", dir=args.dir)
    os.chmod(root, 0o755)
    sink = Sink(25925)
    peers = []
    if args.ours:
        peers.append(Sendmail("ours", root, 25901, sink.port, args.ours, args.makemap))
    if args.reference:
        peers.append(Sendmail("reference", root, 25902, sink.port, args.reference,
                              args.reference_makemap or args.makemap, args.host_shim))
    if args.postfix:
        peers.append(Postfix("postfix", root, 25903, sink.port))
    print("%-18s %s" % ("case", "".join("%-28s" % peer.name for peer in peers)))
    try:
        for text in args.cases.split(","):
            kind, sessions, connection = text.split("-")
            case = (kind, int(sessions), connection == "reused")
            results = {peer.name: [] for peer in peers}
            for _ in range(args.rounds):
                for peer in peers:
                    results[peer.name].append(measure(peer, case, args.messages, args.size))
            row, first, broker = "", None, ""
            for peer in peers:
                rate = statistics.median(r for r, _, _ in results[peer.name])
                cpu = statistics.median(c for _, c, _ in results[peer.name])
                broker += broker_text(results[peer.name], args.messages)
                first = first or rate
                row += "%-28s" % ("%.0f/s cpu %.2f ms (%.2fx)" % (rate, cpu, rate / first))
            print("%-18s %s" % (text, row), flush=True)
            if broker:
                print(broker, flush=True)
    finally:
        sink.stop()
        for peer in peers:
            peer.close()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
