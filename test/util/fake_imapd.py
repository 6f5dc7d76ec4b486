#!/usr/bin/env python3
"""fake_imapd.py PORT USER PASSWORD: an IMAP server that knows LOGIN for one account, for saslauthd."""
import socket, sys, threading

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", port))
server.listen(16)


def serve(peer):
    stream = peer.makefile("rwb", buffering=0)
    stream.write(b"* OK ready\r\n")
    while True:
        words = stream.readline().decode().split()
        if len(words) < 2:
            break
        verb = words[1].upper()
        if verb == "LOGIN" and len(words) >= 4:
            good = [word.strip('"') for word in words[2:4]] == [user, password]
            stream.write(("%s %s\r\n" % (words[0], "OK in" if good else "NO wrong")).encode())
        elif verb == "LOGOUT":
            stream.write(("* BYE\r\n%s OK out\r\n" % words[0]).encode())
            break
        else:
            stream.write(("%s OK\r\n" % words[0]).encode())
    peer.close()


while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
