#!/usr/bin/env python3
"""fake_smtpd.py PORT DIR: an SMTP sink on 127.0.0.1. Each message becomes DIR/NNNNNN.msg (as
received, dots unstuffed, LF) and DIR/NNNNNN.env (MAIL and RCPT lines). Recipients steer it:
tempfail@ 451, permfail@ 550, datafail@ 554 after the dot, slow@ waits a second. Stops at SIGTERM."""
import itertools
import os
import socketserver
import sys
import threading
import time

serials = itertools.count(1)
lock = threading.Lock()


class Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink.test ESMTP")
        envelope, recipients = [], []
        while True:
            line = self.rfile.readline()
            if not line:
                return
            text = line.decode("latin-1").rstrip("\r\n")
            verb = text[:4].upper()
            if verb == "EHLO":
                self.wfile.write(b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n"
                                 b"250 SIZE\r\n")
            elif verb == "MAIL":
                envelope, recipients = [text], []
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                self.rcpt(text, envelope, recipients)
            elif verb == "DATA":
                if not recipients:
                    self.say("503 5.0.0 need RCPT")
                    continue
                self.say("354 go")
                if not self.data(envelope, recipients):
                    return
            elif verb == "QUIT":
                self.say("221 2.0.0 bye")
                return
            else:
                self.say("250 2.0.0 ok")

    def rcpt(self, text, envelope, recipients):
        if "slow@" in text:
            time.sleep(1)
        if "tempfail@" in text:
            self.say("451 4.3.0 try later")
        elif "permfail@" in text:
            self.say("550 5.1.1 no such user at sink")
        else:
            envelope.append(text)
            recipients.append(text)
            self.say("250 2.1.5 ok")

    def data(self, envelope, recipients):
        body = []
        while True:
            line = self.rfile.readline()
            if not line:
                return False
            if line == b".\r\n":
                break
            body.append(line[1:] if line.startswith(b".") else line)
        if any("datafail@" in one for one in recipients):
            self.say("554 5.6.0 refused after data")
            return True
        with lock:
            serial = next(serials)
        name = os.path.join(sys.argv[2], "%06d" % serial)
        with open(name + ".msg", "wb") as out:
            out.write(b"".join(body).replace(b"\r\n", b"\n"))
        with open(name + ".env", "w") as out:
            out.write("\n".join(envelope) + "\n")
        self.say("250 2.0.0 stored as %d" % serial)
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 200


if __name__ == "__main__":
    os.makedirs(sys.argv[2], exist_ok=True)
    Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
