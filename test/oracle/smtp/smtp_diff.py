#!/usr/bin/env python3
"""smtp-diff HOST1:PORT1 HOST2:PORT2 SCRIPT|DIR...
Play the same SMTP dialogues against two running servers and compare replies.
  -t      compare reply texts too (ids, dates, versions, names normalised)
  -v      print both transcripts of a differing script;  -V print all transcripts
  -T SEC  reply timeout (default 8)      -s A=B  replace in both (repeatable)
  -j N    scripts in parallel (default 2)
  -1      one server only: print its transcripts (records what the oracle says)
Exit status 0 equal, 1 differences, 2 trouble.

Script lines ('#' comment; \\xNN \\r \\n \\t \\0 \\\\ escapes in text):
  C: text    send text CRLF, read one reply        P: text   send text CRLF, read nothing
  W: text    send bytes as they are, read nothing  R: n      read n replies
  M: text    message: send text CRLF for each following '.. ' line until 'E:' , then CRLF.CRLF, read a reply
  X: c*n     append n times c to the send buffer of the next C:/P:/W: line (long lines)
  TLS:       negotiate TLS now (after a 220)       CERT: client|stranger|none  certificate for TLS:
  FROM: a    connect from loopback address a (first line)   NEW:  close and connect again
  CRAM: u p  AUTH CRAM-MD5 exchange     PLAIN: u p / LOGIN: u p     SLEEP: s     EOF: half-close
  DIGEST:    AUTH DIGEST-MD5: the challenge without its nonce, then "*"
  (sendmail delays replies, longer each time, after a few HELO/EHLO, VRFY/EXPN,
  ETRN or NOOP commands in one connection: use NEW: before the limit)
  NOGREET:   do not read the greeting   REPEAT: n text   n times C: text
  PORT: NAME connect to the port that the environment variable PORT_NAME holds
  SMTPS:     TLS before the greeting    MAX: 1.2    no TLS version above that one
Environment: CERTDIR = directory of the test certificates.
"""
import base64, concurrent.futures, hashlib, hmac, os, re, socket, ssl, sys, time

o = dict(t=False, v=False, V=False, T=8.0, s=[], j=2, one=False)
pos, args = [], sys.argv[1:]
while args:
    a = args.pop(0)
    if a in ("-t", "-v", "-V"): o[a[1]] = True
    elif a == "-T": o["T"] = float(args.pop(0))
    elif a == "-j": o["j"] = int(args.pop(0))
    elif a == "-s": o["s"].append(args.pop(0).split("=", 1))
    elif a == "-1": o["one"] = True
    elif a in ("-h", "--help"): print(__doc__); sys.exit(0)
    else: pos.append(a)
n = 1 if o["one"] else 2
if len(pos) < n + 1: print(__doc__, file=sys.stderr); sys.exit(64)
servers = [(p.rsplit(":", 1)[0], int(p.rsplit(":", 1)[1])) for p in pos[:n]]
files = []
for p in pos[n:]:
    files += sorted(os.path.join(p, f) for f in os.listdir(p) if f.endswith(".smtp")) if os.path.isdir(p) else [p]

ESC = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
def unesc(s):
    out, i = b"", 0
    while i < len(s):
        if s[i] == "\\" and i + 1 < len(s):
            if s[i + 1] == "x":
                out += bytes([int(s[i + 2:i + 4], 16)]); i += 4; continue
            if s[i + 1] in ESC:
                out += ESC[s[i + 1]]; i += 2; continue
        out += s[i].encode(); i += 1
    return out

class Conn:
    def __init__(self, addr, src):
        self.log = []
        self.s = socket.create_connection(addr, o["T"], source_address=(src, 0) if src else None)
        self.b = b""; self.dead = False
    def send(self, d):
        if self.dead: return
        try: self.s.settimeout(o["T"]); self.s.sendall(d)
        except OSError as e: self.log.append(("!", "send failed")); self.dead = True
    def line(self, t):
        end = time.time() + t
        while b"\n" not in self.b:
            left = end - time.time()
            if left <= 0: return "timeout"
            try:
                self.s.settimeout(left); d = self.s.recv(65536)
            except (socket.timeout, ssl.SSLWantReadError): return "timeout"
            except OSError: d = b""
            if not d: return "closed"
            self.b += d
        l, self.b = self.b.split(b"\n", 1)
        return l
    def reply(self, t=None):
        if self.dead: return []
        ls = []
        while True:
            l = self.line(t or o["T"])
            if isinstance(l, str):
                if l == "closed": self.dead = True
                self.log.append(("<", ls + ["(" + l + ")"])); return ls
            l = l.decode("latin-1").rstrip("\r"); ls.append(l)
            if not re.match(r"\d\d\d-", l): break
        self.log.append(("<", ls)); return ls
    def cmd(self, d, show=None):
        self.log.append((">", (show or d)[:100])); self.send(d + b"\r\n"); return self.reply()

def play(addr, path):
    src = cert = None; c = None; pend = b""
    lines = [l.rstrip("\n") for l in open(path, encoding="utf-8")]
    lines = [l for l in lines if l and not l.startswith("#")]
    nogreet = any(l.startswith("NOGREET:") for l in lines)
    smtps = any(l.startswith("SMTPS:") for l in lines)
    top = None
    for l in lines:
        if l.startswith("FROM:"): src = l[5:].strip()
        if l.startswith("PORT:"): addr = (addr[0], int(os.environ["PORT_" + l[5:].strip()]))
        if l.startswith("MAX:"): top = l[4:].strip()
        if l.startswith("CERT:") and smtps: cert = l[5:].strip()
    def start_tls(c):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); ctx.check_hostname = False; ctx.verify_mode = ssl.CERT_NONE
        if top: ctx.maximum_version = getattr(ssl.TLSVersion, "TLSv" + top.replace(".", "_"))
        cd = os.environ.get("CERTDIR", ".")
        if cert and cert != "none": ctx.load_cert_chain(os.path.join(cd, cert + ".crt"), os.path.join(cd, cert + ".key"))
        try:
            c.s.settimeout(o["T"]); c.s = ctx.wrap_socket(c.s); c.log.append(("=", "tls ok")); c.b = b""
        except (OSError, ssl.SSLError) as e:
            c.log.append(("=", "tls failed")); c.dead = True
    def fresh():
        k = Conn(addr, src)
        if smtps: start_tls(k)
        if not nogreet: k.reply()
        return k
    log = []
    try: c = fresh()
    except OSError as e: return [("!", "connect: %s" % e)]
    i = 0
    while i < len(lines):
        k, _, v = lines[i].partition(":"); i += 1
        v = v[1:] if v.startswith(" ") else v
        if k == "X":
            ch, _, cnt = v.rpartition("*"); pend += unesc(ch) * int(cnt)
        elif k == "C": c.cmd(unesc(v) + pend); pend = b""
        elif k == "P": d = unesc(v) + pend; pend = b""; c.log.append((">", d[:100])); c.send(d + b"\r\n")
        elif k == "W": d = unesc(v) + pend; pend = b""; c.log.append((">", d[:100])); c.send(d)
        elif k == "R":
            for _ in range(int(v or 1)): c.reply()
        elif k == "REPEAT":
            cnt, _, t = v.partition(" ")
            for _ in range(int(cnt)): c.cmd(unesc(t))
        elif k == "M":
            d = unesc(v) + b"\r\n" if v else b""
            while i < len(lines) and not lines[i].startswith("E:"):
                t = lines[i][2:] if lines[i].startswith("..") else lines[i]
                d += unesc(t[1:] if t.startswith(" ") else t) + b"\r\n"; i += 1
            i += 1
            c.log.append((">", b"(message)")); c.send(d + b".\r\n"); c.reply()
        elif k == "TLS": start_tls(c)
        elif k == "CERT": cert = v.strip()
        elif k in ("CRAM", "PLAIN", "LOGIN"):
            u, p = v.split(" ", 1); e = lambda x: base64.b64encode(x)
            if k == "PLAIN": c.cmd(b"AUTH PLAIN " + e(b"\0" + u.encode() + b"\0" + p.encode()))
            elif k == "LOGIN":
                c.cmd(b"AUTH LOGIN"); c.cmd(e(u.encode())); c.cmd(e(p.encode()))
            else:
                r = c.cmd(b"AUTH CRAM-MD5")
                if r and r[0].startswith("334"):
                    ch = base64.b64decode(r[0][4:]); c.log[-1] = ("<", ["334 (challenge)"])
                    c.cmd(e(u.encode() + b" " + hmac.new(p.encode(), ch, hashlib.md5).hexdigest().encode()), b"(response)")
        elif k == "DIGEST":
            r = c.cmd(b"AUTH DIGEST-MD5")
            if r and r[0].startswith("334"):
                ch = base64.b64decode(r[0][4:]).decode()
                c.log[-1] = ("<", ["334 " + re.sub('nonce="[^"]*"', "nonce", ch)]); c.cmd(b"*")
        elif k == "SLEEP": time.sleep(float(v))
        elif k == "EOF":
            try: c.s.shutdown(socket.SHUT_WR)
            except OSError: pass
            c.log.append((">", b"(eof)"))
        elif k == "NEW":
            log += c.log + [("=", "new connection")]; c.s.close(); c = fresh()
        elif k in ("FROM", "NOGREET", "PORT", "SMTPS", "MAX"): pass
        else: c.log.append(("!", "bad script line " + lines[i - 1]))
    if not c.dead:      # anything else the server has to say
        m = len(c.log); c.reply(0.4)
        if len(c.log) > m and c.log[-1] == ("<", ["(timeout)"]): c.log.pop()
    try: c.s.close()
    except OSError: pass
    return log + c.log

def ntext(s):
    for a, b in o["s"]: s = s.replace(a, b)
    s = re.sub(r"\b[0-9A-Za-z]{8}\d{6}\b", "QID", s)
    if re.match(r"334 PD[A-Za-z0-9+/]{20,}=*$", s): s = "334 (challenge)"
    s = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w+ \d{4} \d\d:\d\d:\d\d( [-+]\d{4})?( \([A-Z]+\))?( GMT)?", "DATE", s)
    s = re.sub(r"\b\d\.\d+\.\d+(\.\d+)?(/\d\.\d+\.\d+(\.\d+)?)?\b(?= ?[;)/]|$)", "VER", s) if "ESMTP" in s or "version" in s else s
    return s
def key(log):
    out, ehlo = [], False
    for k, v in log:
        if k == ">":
            ehlo = isinstance(v, bytes) and v[:4].upper() == b"EHLO"
        elif k == "<":
            if ehlo and v and v[0].startswith("250"):
                ls = ["250-name"] + sorted(x[4:] for x in v[1:])
                out.append(("<", [v[0] if o["t"] else "250"] + ls)); ehlo = False; continue
            if o["t"]: out.append(("<", [ntext(x) for x in v]))
            else:
                ls = []
                for x in v:
                    m = re.match(r"(\d{3})[ -]?(\d\.\d{1,3}\.\d{1,3})?", x)
                    ls.append(" ".join(y for y in m.groups() if y) if m else x if x.startswith("(") else "(junk)")
                # texts of the same code may be split over lines differently
                u = []
                for x in ls:
                    if not u or u[-1] != x: u.append(x)
                out.append(("<", u))
        elif k in "!=": out.append((k, v))
    return out
def show(log):
    for k, v in log:
        if k == ">": print("     C: " + v.decode("latin-1").encode("unicode_escape").decode()[:110])
        elif k == "<":
            for x in v: print("     S: " + x[:160])
        else: print("     %s %s" % (k, v))

bad = trouble = 0
def job(f):
    with concurrent.futures.ThreadPoolExecutor(2) as ex:
        return f, list(ex.map(lambda a: play(a, f), servers))
with concurrent.futures.ThreadPoolExecutor(o["j"]) as ex:
    for f, logs in ex.map(job, files):
        name = os.path.basename(f)
        if any(k == "!" for l in logs for k, v in l):
            trouble += any("connect" in str(v) or "bad script" in str(v) for l in logs for k, v in l if k == "!")
        if o["one"]:
            print("== " + name); show(logs[0]); continue
        a, b = key(logs[0]), key(logs[1])
        if a == b:
            if o["V"]: print("== %s: equal" % name); show(logs[0])
            continue
        bad += 1
        for j in range(max(len(a), len(b))):
            x = a[j] if j < len(a) else "(end)"; y = b[j] if j < len(b) else "(end)"
            if x != y:
                print("%s: reply %d differs\n  1: %s\n  2: %s" % (name, j + 1, x, y)); break
        if o["v"] or o["V"]:
            print("  -- server 1"); show(logs[0]); print("  -- server 2"); show(logs[1])
if not o["one"]:
    print("TOTAL scripts %d  different %d" % (len(files), bad))
sys.exit(2 if trouble else 1 if bad else 0)
