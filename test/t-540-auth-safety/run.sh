#!/bin/sh
# SEC-18: AUTH by each mechanism, broken off at each step and taken up by another one, rubbish as
# responses, lines of 12 kB, failures that slow a client down; and nothing secret in the log.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"

make_instance
make_certs
make_sasl try.test alice:s3cret-of-alice "bob:b b"
extra_mc="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`EXTERNAL SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN')dnl
define(\`confAUTH_REALM', \`try.test')dnl
TRUST_AUTH_MECH(\`EXTERNAL SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN')dnl
FEATURE(\`access_db', \`hash -T<TMPF> $dir/access')dnl
$sasl_mc"
configure_instance
with_access "Srv_Features:127.0.0.10	c
Srv_Features:127.0.0.11	l
Srv_Features:127.0.0.12	A"

for mechanism in PLAIN LOGIN CRAM-MD5; do
    talk "$mechanism" <<TALK
connect 127.0.0.1:$port from 127.0.0.20
S: 220 *
C: EHLO client.test
S: ... 250-AUTH SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN
S: ... 250 HELP
auth $mechanism alice wrong = 535
auth $mechanism nosuch s3cret-of-alice = 535
auth $mechanism alice s3cret-of-alice
C: AUTH PLAIN
S: 503 5.5.0 Already Authenticated
C: MAIL FROM:<a@x.test>
S: 250 *
C: RCPT TO:<u@far.test>
S: 250 2.1.5 *
TALK
done
# Broken off at each step, then another mechanism; nothing is left of the first.
talk "broken off" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: AUTH
S: 501 5.5.2 AUTH mechanism must be specified
C: AUTH NOSUCH
S: 504 5.3.3 AUTH mechanism NOSUCH not available
C: AUTH CRAM-MD5
S: 334 *
C: *
S: 501 5.0.0 AUTH aborted
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: YWxpY2U=
S: 334 UGFzc3dvcmQ6
C: *
S: 501 5.0.0 AUTH aborted
C: AUTH PLAIN
S: 334 *
C: *
S: 501 5.0.0 AUTH aborted
auth CRAM-MD5 bob b = 535
auth LOGIN alice s3cret-of-alice
TALK
talk "rubbish" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: AUTH PLAIN !!!!
S: 501 5.5.4 *
C: AUTH PLAIN =
S: 535 *
C: AUTH CRAM-MD5 initial
S: 501 5.5.4 *
C: AUTH PLAIN
S: 334 *
C: not base64 at all
S: 501 5.5.4 *
C: NOOP
S: 250 *
TALK
long=$(python3 -c 'print("QUFB" * 3000)')
talk "a response of 12000 octets" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: AUTH PLAIN
S: 334 *
C: $long
S: 535 *
C: NOOP
S: 250 *
C: AUTH PLAIN
S: 334 *
C: ${long}QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB
S: 501 5.5.4 *
C: NOOP
S: 250 *
TALK
talk "in a transaction" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 250 *
C: AUTH PLAIN
S: 503 5.5.0 AUTH not permitted during a mail transaction
TALK
# srv_features: c wants a layer before plaintext, l wants AUTH, A offers none.
talk "Srv_Features" <<TALK
connect 127.0.0.1:$port from 127.0.0.10
S: 220 *
C: EHLO client.test
S: ... 250-AUTH SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5
S: ... 250 HELP
C: AUTH PLAIN
S: 504 5.3.3 *
C: STARTTLS
S: 220 *
tls
C: EHLO client.test
S: ... 250-AUTH SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN
S: ... 250 HELP
auth PLAIN alice s3cret-of-alice
connect 127.0.0.1:$port from 127.0.0.11
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: MAIL FROM:<a@x.test>
S: 530 5.7.0 Authentication required
auth PLAIN alice s3cret-of-alice
C: MAIL FROM:<a@x.test>
S: 250 *
connect 127.0.0.1:$port from 127.0.0.12
S: 220 *
C: EHLO client.test
S: ... 250 HELP
C: AUTH PLAIN
S: 503 5.3.3 AUTH not available
TALK
# EXTERNAL is the certificate; what was said before TLS is forgotten.
talk "EXTERNAL" <<TALK
connect 127.0.0.1:$port
S: 220 *
C: EHLO client.test
S: ... 250 HELP
auth PLAIN alice s3cret-of-alice
C: STARTTLS
S: 220 *
tls client
C: EHLO client.test
S: ... 250-AUTH EXTERNAL *
S: ... 250 HELP
C: AUTH EXTERNAL =
S: 235 *
connect 127.0.0.1:$port
S: 220 *
$(starttls stranger)
S: ... 250-AUTH SCRAM*
S: ... 250 HELP
C: AUTH EXTERNAL =
S: 504 *
TALK
in_log 'AUTH=server, relay=localhost \[127.0.0.1\], authid=/C=XX/O=Sandbox/CN=client.sandbox.test, mech=EXTERNAL, bits=0'
in_log 'AUTH=server, relay=\[127.0.0.20\], authid=alice, mech=CRAM-MD5, bits=0'
in_log 'AUTH failure (PLAIN): .*, user=alice, relay='

# Many failures: each slower than the one before, at last the connection is closed.
start=$(date +%s)
talk "failures" <<TALK
connect 127.0.0.1:$port
S: 220 *
auth PLAIN alice a = 535
auth PLAIN alice b = 535
auth PLAIN alice c = 535
auth PLAIN alice d = 535
auth PLAIN alice e = 535
auth PLAIN alice f = 535
TALK
[ $(($(date +%s) - start)) -ge 3 ] || fail "guessing passwords is not slowed down"
in_log 'possible SMTP attack: command=AUTH, count=5'

# A new connection is no new beginning: from the 21st session with a wrong password on, within ten
# minutes and from one address, replies wait; other addresses and right passwords do not.
python3 - "$port" <<'PYTHON' || fail "guessing with a connection for each word"
import base64, socket, sys, time
port = int(sys.argv[1])
def guess(source, password):
    start = time.time()
    with socket.create_connection(("127.0.0.1", port), 90, (source, 0)) as sock:
        stream = sock.makefile("rb")
        stream.readline()
        sock.sendall(b"AUTH PLAIN " + base64.b64encode(b"\0alice\0" + password) + b"\r\n")
        reply = stream.readline()[:3]
        took = time.time() - start
        sock.sendall(b"QUIT\r\n")
        stream.read()
    # The listener learns of it when the session has ended.
    time.sleep(0.1)
    assert reply == (b"235" if password == b"s3cret-of-alice" else b"535"), reply
    return took
quick = max(guess("127.0.0.33", b"wrong") for _ in range(20))
waits = []
while len(waits) < 60 and max(waits, default=0) < quick + 2:
    waits.append(guess("127.0.0.33", b"wrong"))
assert waits[-1] >= quick + 2, (quick, waits)
# A right word is answered at once, and so is somebody else: as quick as the slowest before.
assert guess("127.0.0.33", b"s3cret-of-alice") < quick + 1
assert guess("127.0.0.34", b"wrong") < quick + 1
PYTHON

# Random responses, many at once, do not take the daemon down. SM_AUTH_ROUNDS: how many sessions
# (SEC-18 asks for a million exchanges: 250000; the test does with a few).
python3 - "$port" "${SM_AUTH_ROUNDS:-100}" <<'PYTHON' || fail "random exchanges"
import base64, random, socket, sys
random.seed(18)
port = int(sys.argv[1])
for number in range(int(sys.argv[2])):
    # Not always the same client, which would have to wait.
    source = "127.2.%d.%d" % (number // 200 % 250, 1 + number % 200)
    s = socket.create_connection(("127.0.0.1", port), 30, (source, 0))
    f = s.makefile("rb")
    f.readline()
    for _ in range(4):
        mechanism = random.choice(["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-256"])
        s.sendall(b"AUTH " + mechanism.encode() + b"\r\n")
        reply = f.readline()
        while reply.startswith(b"334"):
            junk = bytes(random.randrange(256) for _ in range(random.choice([0, 1, 7, 300])))
            text = random.choice([base64.b64encode(junk), junk.replace(b"\n", b""), b"*"])
            s.sendall(text + b"\r\n")
            reply = f.readline()
        assert reply[:1] in (b"4", b"5"), reply
    s.close()
PYTHON
talk "still there" <<TALK
connect 127.0.0.1:$port
S: 220 *
auth CRAM-MD5 alice s3cret-of-alice
TALK
grep -e s3cret -e "$(printf '\0alice\0s3cret-of-alice' | base64)" "$dir/log" && fail "a secret is in the log"
! grep -q 'core dumped\|abort' "$dir/log" || fail "a session died"
