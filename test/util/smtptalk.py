#!/usr/bin/env python3
"""smtptalk.py [SCRIPT...]: plays SMTP dialogues that read like the protocol and checks the replies.

connect HOST:PORT [from ADDR]   open a connection (another one closes the first); reads nothing
smtps HOST:PORT [CERT]          the same with TLS from the start
C: TEXT                         send TEXT and CRLF
W: TEXT                         send TEXT as it is (\\r \\n \\0 \\xNN are escapes)
S: PATTERN                      the next reply line must match; * stands for anything in a line,
                                "... PATTERN" skips lines up to the match
tls [CERT] [sni=NAME] [max=1.2] [resume]  handshake now; CERT: DIR/CERT.crt and .key of CERTDIR;
                                resume: with the session of the last tls in this script
tls: WORDS                      what the last handshake must have had: version, resumed=yes|no,
                                subject=CN of the server
tls ... fails                   the handshake must not succeed
auth MECH USER PASSWORD [= CODE]   PLAIN LOGIN CRAM-MD5; the final reply has CODE (235)
closed                          the server must close the connection now
quiet SECONDS                   the server must say nothing for so long
# comment

$NAME is replaced from the environment. Exit status 1 and the dialogue so far on a mismatch.
"""
import base64, fnmatch, hashlib, hmac, os, re, socket, ssl, sys, time

LIMIT = float(os.environ.get("SMTPTALK_TIMEOUT", "20"))


class Mismatch(Exception):
    pass


def escapes(text):
    return re.sub(rb"\\(r|n|0|\\|x[0-9A-Fa-f]{2})",
                  lambda m: {b"r": b"\r", b"n": b"\n", b"0": b"\0", b"\\": b"\\"}.get(m[1])
                  or bytes([int(m[1][1:], 16)]), text.encode("latin-1"))


class Talk:
    def __init__(self):
        self.sock = None
        self.data = b""
        self.session = None
        self.log = []

    def note(self, text):
        self.log.append(text)

    def address(self, word):
        host, _, port = word.rpartition(":")
        return host.strip("[]"), int(port)

    def connect(self, words):
        self.close()
        source = None
        if len(words) > 2 and words[1] == "from":
            source = (words[2], 0)
        self.sock = socket.create_connection(self.address(words[0]), LIMIT, source)
        self.data = b""

    def close(self):
        if self.sock:
            self.sock.close()
        self.sock = None

    def line(self):
        while b"\n" not in self.data:
            try:
                more = self.sock.recv(65536)
            except (socket.timeout, TimeoutError):
                raise Mismatch("no reply in time")
            except OSError as error:
                raise Mismatch("connection lost: %s" % error)
            if not more:
                raise Mismatch("the server closed the connection")
            self.data += more
        line, self.data = self.data.split(b"\n", 1)
        text = line.rstrip(b"\r").decode("latin-1")
        self.note("S: " + text)
        return text

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Mismatch("cannot send: %s" % error)

    def command(self, text):
        self.note("C: " + text)
        self.send(text.encode("latin-1") + b"\r\n")

    def reply(self):
        while True:
            line = self.line()
            if line[3:4] != "-":
                return line

    def expect(self, pattern):
        skip = pattern.startswith("... ")
        if skip:
            pattern = pattern[4:]
        glob = "".join(c if c == "*" else "[%s]" % c if c in "?[" else c for c in pattern)
        while True:
            line = self.line()
            if fnmatch.fnmatchcase(line, glob):
                return
            if not skip or (line[3:4] != "-" and line[:3].isdigit()):
                raise Mismatch("wanted: S: %s" % pattern)

    def context(self, words):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sni = None
        session = None
        for word in words:
            if word.startswith("sni="):
                sni = word[4:]
            elif word.startswith("max="):
                versions = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1,
                            "1.2": ssl.TLSVersion.TLSv1_2}
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = versions[word[4:]]
                if word[4:] != "1.2":
                    context.set_ciphers("ALL:@SECLEVEL=0")
            elif word.startswith("alpn="):
                context.set_alpn_protocols([word[5:]])
            elif word == "resume":
                session = self.session
            else:
                base = os.path.join(os.environ["CERTDIR"], word)
                context.load_cert_chain(base + ".crt", base + ".key")
        if session is not None:
            context = self.last_context
        self.last_context = context
        return context, sni, session

    def handshake(self, words):
        context, sni, session = self.context(words)
        self.sock.settimeout(LIMIT)
        self.sock = context.wrap_socket(self.sock, server_hostname=sni, session=session)
        self.data = b""
        self.note("= %s %s reused=%s" % (self.sock.version(), self.sock.cipher()[0],
                                         self.sock.session_reused))

    def tls(self, words):
        if words[-1:] == ["fails"]:
            try:
                self.handshake(words[:-1])
            except (ssl.SSLError, OSError):
                self.note("= no TLS")
                return
            raise Mismatch("the handshake succeeded")
        try:
            self.handshake(words)
        except (ssl.SSLError, OSError) as error:
            raise Mismatch("handshake: %s" % error)

    def tls_was(self, words):
        facts = {"resumed": "yes" if self.sock.session_reused else "no"}
        der = self.sock.getpeercert(True)
        pem = ssl.DER_cert_to_PEM_cert(der)
        for word in words:
            if word.startswith("subject="):
                import subprocess
                out = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem,
                                     capture_output=True, text=True).stdout
                if word[8:] not in out:
                    raise Mismatch("server certificate: %s" % out.strip())
            elif "=" in word:
                key, value = word.split("=")
                if facts[key] != value:
                    raise Mismatch("wanted %s, was %s" % (word, facts[key]))
            elif word != self.sock.version():
                raise Mismatch("wanted %s, was %s" % (word, self.sock.version()))
        self.session = self.sock.session

    def auth(self, words):
        code = "235"
        if "=" in words:
            code = words[words.index("=") + 1]
            words = words[:words.index("=")]
        mechanism, user, password = words
        b64 = lambda text: base64.b64encode(text).decode()
        user, password = user.encode(), password.encode()
        if mechanism == "PLAIN":
            self.command("AUTH PLAIN " + b64(b"\0" + user + b"\0" + password))
        elif mechanism == "LOGIN":
            self.command("AUTH LOGIN")
            self.expect("334 VXNlcm5hbWU6")
            self.command(b64(user))
            self.expect("334 UGFzc3dvcmQ6")
            self.command(b64(password))
        elif mechanism == "CRAM-MD5":
            self.command("AUTH CRAM-MD5")
            challenge = base64.b64decode(self.reply()[4:])
            digest = hmac.new(password, challenge, hashlib.md5).hexdigest().encode()
            self.command(b64(user + b" " + digest))
        else:
            raise Mismatch("unknown mechanism " + mechanism)
        self.expect(code + " *")

    def closed(self):
        deadline = time.time() + LIMIT
        while time.time() < deadline:
            try:
                more = self.sock.recv(65536)
            except (socket.timeout, TimeoutError):
                break
            except OSError:
                return
            if not more:
                return
            self.note("S: " + more.decode("latin-1").rstrip())
        raise Mismatch("the connection is still open")

    def quiet(self, seconds):
        self.sock.settimeout(seconds)
        try:
            more = self.sock.recv(1)
        except (socket.timeout, TimeoutError, ssl.SSLWantReadError):
            self.sock.settimeout(LIMIT)
            return
        raise Mismatch("the server spoke: %r" % more)

    def play(self, line):
        line = re.sub(r"\$([A-Za-z_]+)", lambda m: os.environ.get(m[1], m[0]), line)
        if line.startswith("C: "):
            self.command(line[3:])
        elif line == "C:":
            self.command("")
        elif line.startswith("W: "):
            self.note(line)
            self.send(escapes(line[3:]))
        elif line.startswith("S: "):
            self.expect(line[3:])
        else:
            words = line.split()
            verb = words.pop(0)
            if verb == "connect":
                self.connect(words)
            elif verb == "smtps":
                self.connect(words[:1])
                self.tls(words[1:])
            elif verb == "tls":
                self.tls(words)
            elif verb == "tls:":
                self.tls_was(words)
            elif verb == "auth":
                self.auth(words)
            elif verb == "closed":
                self.closed()
            elif verb == "quiet":
                self.quiet(float(words[0]))
            else:
                raise Mismatch("unknown word in the script: " + verb)


def main():
    if "-h" in sys.argv or "--help" in sys.argv:
        print(__doc__)
        return 0
    for name in sys.argv[1:] or ["-"]:
        talk = Talk()
        source = sys.stdin if name == "-" else open(name)
        for number, line in enumerate(source, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            try:
                talk.play(line)
            except Mismatch as why:
                print("\n".join(talk.log))
                print("%s:%d: %s" % (name, number, why))
                return 1
    return 0


sys.exit(main())
