#!/usr/bin/env python3
"""SMTP sessions with STARTTLS per second: our sendmail, a reference sendmail and Postfix, in one run.

    compare_tls.py --source TLS_SOURCE --ours BINARY --makemap BINARY [--reference BINARY]
                   [--reference-makemap BINARY] [--reference-cf TREE] [--host-shim LIB] [--postfix]
                   [--sessions N] [--clients N] [--rounds N] [--keys ec,rsa] [--dir DIR]

Needs root (Postfix insists on it). tls_source is built beside the benchmarks. TLS 1.3, full and
resumed handshakes; a session is greeting, STARTTLS, handshake, EHLO, QUIT. The peers take turns
within each round; medians, and each peer's rate as a multiple of ours. "resumed N%": how many of the
sessions a peer did resume. cpu: milliseconds of its processes per session.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import compare


def make_certificate(folder, kind):
    key = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt",
                                                        "ec_paramgen_curve:prime256v1"]
    base = os.path.join(folder, kind)
    subprocess.run(["openssl", "req", "-x509"] + key + [
        "-nodes", "-days", "30", "-subj", "/CN=bench.example.test", "-keyout", base + ".key",
        "-out", base + ".crt"], check=True, stderr=subprocess.DEVNULL)
    os.chmod(base + ".key", 0o600)
    return base


class TlsSendmail(compare.Sendmail):
    tree = None

    def configure(self, mode):
        before = compare.CF
        compare.CF = self.tree or before
        super().configure(mode)
        compare.CF = before
        lines = ["O CACertPath=%s" % os.path.dirname(self.key),
                 "O CACertFile=%s.crt" % self.key, "O ServerCertFile=%s.crt" % self.key,
                 "O ServerKeyFile=%s.key" % self.key]
        with open(self.dir + "/sendmail.cf") as source:
            text = [line for line in source if not line.startswith(
                ("O CACert", "O ServerCertFile", "O ServerKeyFile"))]
        with open(self.dir + "/sendmail.cf", "w") as out:
            out.writelines(text + [line + "\n" for line in lines])

    def environment(self):
        env = super().environment()
        if self.shim:
            env["LOGSHIM_FILE"] = self.dir + "/log"
        return env


class TlsPostfix(compare.Postfix):
    def start(self, mode):
        super().start(mode)
        with open(self.dir + "/etc/main.cf", "a") as out:
            out.write("smtpd_tls_cert_file = %s.crt\nsmtpd_tls_key_file = %s.key\n"
                      "smtpd_tls_security_level = may\nsmtpd_tls_loglevel = 1\n"
                      % (self.key, self.key))
        subprocess.run(["postfix", "-c", self.dir + "/etc", "reload"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        compare.wait_port(self.port)


def measure(peer, source, sessions, clients, kind):
    """-> (sessions per second, share resumed, cpu ms per session)"""
    before = peer.cpu_seconds()
    start = time.time()
    done = subprocess.run([source, "127.0.0.1:%d" % peer.port, str(sessions), str(clients), kind],
                          stdout=subprocess.PIPE, text=True, timeout=300)
    seconds = time.time() - start
    total, resumed, failed = map(int, done.stdout.split())
    if failed:
        raise RuntimeError("%s: %d of %d sessions failed" % (peer.name, failed, total))
    time.sleep(0.3)  # the last processes end
    return total / seconds, resumed / total, (peer.cpu_seconds() - before) * 1000 / total


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", required=True)
    parser.add_argument("--ours")
    parser.add_argument("--makemap")
    parser.add_argument("--reference")
    parser.add_argument("--reference-makemap")
    parser.add_argument("--reference-cf")
    parser.add_argument("--host-shim")
    parser.add_argument("--postfix", action="store_true")
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", default="ec,rsa")
    parser.add_argument("--dir")
    args = parser.parse_args()
    root = tempfile.mkdtemp(prefix="sm-bench-", dir=args.dir)
    os.chmod(root, 0o755)
    peers = []
    if args.ours:
        peers.append(TlsSendmail("ours", root, 25911, 9, args.ours, args.makemap))
    if args.reference:
        peers.append(TlsSendmail("reference", root, 25912, 9, args.reference,
                                 args.reference_makemap or args.makemap, args.host_shim))
        peers[-1].tree = args.reference_cf
    if args.postfix:
        peers.append(TlsPostfix("postfix", root, 25913, 9))
    print("%-12s %s" % ("case", "".join("%-46s" % peer.name for peer in peers)))
    try:
        for key in args.keys.split(","):
            base = make_certificate(root, key)
            results = {}
            for peer in peers:
                peer.key = base
            for _ in range(args.rounds):
                for peer in peers:
                    peer.start("q")
                    try:
                        for kind in ("full", "resumed"):
                            results.setdefault((peer.name, kind), []).append(
                                measure(peer, args.source, args.sessions, args.clients, kind))
                    finally:
                        peer.stop()
            for kind in ("full", "resumed"):
                first, row = None, ""
                for peer in peers:
                    rate, share, cpu = (statistics.median(column)
                                        for column in zip(*results[peer.name, kind]))
                    first = first or rate
                    row += "%-46s" % ("%.0f/s (%.2fx) resumed %.0f%% cpu %.2f ms" % (
                        rate, rate / first, 100 * share, cpu))
                print("%-12s %s" % (key + " " + kind, row), flush=True)
    finally:
        for peer in peers:
            peer.close()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
