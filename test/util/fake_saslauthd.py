#!/usr/bin/env python3
"""fake_saslauthd.py SOCKET USER PASSWORD: answers like saslauthd(8) for one account."""
import os, socket, struct, sys

path, user, password = sys.argv[1:]
if os.path.exists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX)
server.bind(path)
os.chmod(path, 0o700)  # as saslauthd: not for everybody
server.listen(16)


def read_exactly(peer, count):
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


while True:
    peer, _ = server.accept()
    try:
        words = []
        for _ in range(4):  # user, password, service, realm
            (length,) = struct.unpack("!H", read_exactly(peer, 2))
            words.append(read_exactly(peer, length).decode())
        good = words[0] == user and words[1] == password and words[2] == "smtp"
        answer = b"OK" if good else b"NO"
        peer.sendall(struct.pack("!H", len(answer)) + answer)
    except EOFError:
        pass
    peer.close()
