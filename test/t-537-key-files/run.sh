#!/bin/sh
# Key and certificate files that cannot be used, each with one line in the log that names the file and
# says why; verdicts and reasons are the reference's (8.17.1.9), which was asked for every row, but for
# those marked *: it has other words for a short key, goes on without a list of revoked certificates,
# turns STARTTLS off for an unknown digest and says nothing of a certificate without its key. Then
# handshakes that are broken off after every few octets, or never end, and a chain of certificates that
# is as long as they come.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
[ "$(id -u)" = 0 ] || skip "owners of files need root"
make_instance
make_certs
offers_starttls() {
    printf 'EHLO x.test\nQUIT\n' | smtp_talk 127.0.0.1 "$port" | grep -q '^250-STARTTLS'
}
# row NAME yes|no TEXT COMMANDS [MC]: TEXT is in the log, "-": nothing is wrong.
k=$dir/k
row() {
    stop_daemon
    rm -rf "$k" "$dir/log"
    cp -a "$certs" "$k"
    eval "$4"
    extra_mc="define(\`confCACERT_PATH', \`$k')dnl
define(\`confCACERT', \`$k/ca.crt')dnl
define(\`confSERVER_CERT', \`$k/server.crt')dnl
define(\`confSERVER_KEY', \`$k/server.key')dnl
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')dnl
${5:-}"
    configure_instance
    start_daemon
    got=no
    ! offers_starttls || got=yes
    [ $got = "$2" ] || fail "$1: STARTTLS $got"
    lines=$(grep -c 'STARTTLS.*\(unsafe\|error\|missing\|needed\|invalid\)' "$dir/log")
    if [ "$3" = - ]; then
        [ "$lines" = 0 ] || fail "$1: complaints"
    else
        grep -qF "$3" "$dir/log" || fail "$1: no \"$3\""
        [ "$lines" = 1 ] || fail "$1: $lines lines, not one"
    fi
}
word="define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit,GroupReadableKeyFile')dnl"
row "as it should be" yes - :
row "key 0400" yes - 'chmod 400 $k/server.key'
row "key 0640" no 'server.key unsafe: Group readable file' 'chmod 640 $k/server.key'
row "key 0640, word" yes - 'chmod 640 $k/server.key' "$word"
row "key 0660, word" no 'server.key unsafe: Group writable file' 'chmod 660 $k/server.key' "$word"
row "key 0644" no 'server.key unsafe: Group readable file' 'chmod 644 $k/server.key'
row "key 0644, word" no 'server.key unsafe: World readable file' 'chmod 644 $k/server.key' "$word"
row "key of somebody" no 'server.key unsafe: Permission denied' 'chown daemon $k/server.key'
row "certificate of somebody" no 'server.crt unsafe: Permission denied' 'chown daemon $k/server.crt'
row "certificate 0664" no 'server.crt unsafe: Group writable file' 'chmod 664 $k/server.crt'
row "certificate 0600" yes - 'chmod 600 $k/server.crt'
row "key missing" no 'server.key unsafe: No such file or directory' 'rm $k/server.key'
row "certificate missing" no 'server.crt unsafe: No such file or directory' 'rm $k/server.crt'
row "key behind a link" yes - 'mv $k/server.key $k/real.key; ln -s real.key $k/server.key'
row "group writes the directory" no 'unsafe: Group writable directory' 'chmod 770 $k'
row "world writes the directory" no 'unsafe: World writable directory' 'chmod 777 $k'
row "another's key" no 'SSL_CTX_check_private_key failed' 'cp $k/second.key $k/server.key'
row "encrypted key" no 'SSL_CTX_use_PrivateKey_file' \
    'openssl pkey -in $certs/server.key -aes256 -passout pass:geheim -out $k/server.key'
row "no key at all" no 'SSL_CTX_use_PrivateKey_file' 'echo garbage >$k/server.key'
row "no certificate at all" no 'SSL_CTX_use_certificate_file' 'echo garbage >$k/server.crt'
row "* RSA 1024" no 'has 1024 bits, needed are 2048' 'cp $k/weak.crt $k/server.crt; cp $k/weak.key $k/server.key'
row "expired certificate" yes - 'cp $k/expired.crt $k/server.crt; cp $k/expired.key $k/server.key'
row "CA file missing" no 'ca.crt unsafe: No such file or directory' 'rm $k/ca.crt'
row "CA file 0666" no 'ca.crt unsafe: Group writable file' 'chmod 666 $k/ca.crt'
row "CA file is none" no 'load verify locs' 'echo garbage >$k/ca.crt'
row "CA directory missing" yes - : "define(\`confCACERT_PATH', \`$k/nosuch')dnl"
row "* CRL file missing" no 'nosuch unsafe: No such file or directory' : "define(\`confCRL', \`$k/nosuch')dnl"
row "* unknown digest" yes 'CertFingerprintAlgorithm=nosuch, status=invalid' : \
    "define(\`confCERT_FINGERPRINT_ALGORITHM', \`nosuch')dnl"
row "unknown cipher" yes 'SSL_CTX_set_cipher_list(NOSUCH) failed, list ignored' : "define(\`confCIPHER_LIST', \`NOSUCH')dnl"
row "* a certificate without its key" yes 'has no key file, ignored' : \
    "define(\`confSERVER_CERT', \`$k/server.crt,$k/rsaserver.crt')dnl"
row "the second certificate missing" no 'nosuch.crt unsafe: No such file or directory' : \
    "define(\`confSERVER_CERT', \`$k/server.crt,$k/nosuch.crt')dnl
define(\`confSERVER_KEY', \`$k/server.key,$k/rsaserver.key')dnl"
# A chain of 30 certificates, each with 4 kB of names.
row "long chain" yes - 'for n in $(seq 30); do cat $certs/long.crt; done >>$k/server.crt' \
    "define(\`confTO_STARTTLS', \`2s')dnl"

# Handshakes that break off, all at once; the daemon lives, and the last one gets through.
python3 - "$port" <<'PYTHON' || fail "handshakes that break off"
import socket, ssl, sys, threading, time
port = int(sys.argv[1])
def hello():
    sock = socket.create_connection(("127.0.0.1", port), 30)
    stream = sock.makefile("rb")
    stream.readline()
    sock.sendall(b"STARTTLS\r\n")
    assert stream.readline().startswith(b"220")
    return sock
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
client = context.wrap_bio(incoming, outgoing)
try:
    client.do_handshake()
except ssl.SSLWantReadError:
    pass
first = outgoing.read()
# The client's first flight, cut after every few octets; then cut after each record of the server's.
for size in list(range(0, len(first), 16)) + [len(first)]:
    sock = hello()
    sock.sendall(first[:size])
    sock.close()
sock = hello()
sock.sendall(first)
answer = b""
sock.settimeout(2)
try:
    while True:
        data = sock.recv(65536)
        if not data:
            break
        answer += data
except OSError:
    pass
assert len(answer) > 30 * 1000, "the long chain was not sent: %d" % len(answer)
sock.close()
# One that says nothing more is sent away by Timeout.starttls, and does not hold up others.
silent = hello()
silent.sendall(first[:10])
start = time.time()
with context.wrap_socket(hello()) as sock:
    sock.sendall(b"QUIT\r\n")
    assert sock.recv(100).startswith(b"221")
silent.settimeout(20)
while silent.recv(1000):
    pass
took = time.time() - start
assert took < 15, took
PYTHON
in_log 'STARTTLS=server, error: accept failed=-1, reason=timeout'
! grep -q 'ended by signal\|core dumped' "$dir/log" || fail "a session died"
