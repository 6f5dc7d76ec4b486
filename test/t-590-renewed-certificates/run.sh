#!/bin/sh
# Certificates that are renewed on disk while the daemon runs: the next session has the new one, as
# server under load (no session is refused) and as client, whose key only root can read; a half-written
# pair leaves the old one in use.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs
live=$dir/live
mkdir "$live"
issue() { # issue FILE CN: a new pair in $live, by rename
    openssl ecparam -name prime256v1 -genkey -noout -out "$live/$1.key.new" 2>/dev/null
    openssl req -config "$certs/ca.cnf" -new -key "$live/$1.key.new" -out "$dir/$1.csr" -subj "/CN=$2" ||
        fail "request"
    openssl x509 -req -in "$dir/$1.csr" -CA "$certs/ca.crt" -CAkey "$certs/ca.key" -days 30 \
        -set_serial "$serial" -out "$live/$1.crt.new" 2>"$dir/openssl.out" || fail "x509"
    serial=$((serial + 1))
    chmod 400 "$live/$1.key.new"
}
use() {
    mv "$live/$1.key.new" "$live/$1.key"
    [ -z "${2:-}" ] || sleep "$2"
    mv "$live/$1.crt.new" "$live/$1.crt"
}
serial=1000
issue server first.try.test
use server
issue client first-client.try.test
use client
extra_mc="define(\`confCACERT', \`$certs/ca.crt')dnl
define(\`confSERVER_CERT', \`$live/server.crt')dnl
define(\`confSERVER_KEY', \`$live/server.key')dnl
define(\`confCLIENT_CERT', \`$live/client.crt')dnl
define(\`confCLIENT_KEY', \`$live/client.key')dnl
define(\`confDELIVERY_MODE', \`background')dnl
FEATURE(\`relay_entire_domain')dnl"
configure_instance
start_daemon

# Server: clients that come all the time.
python3 - "$port" "$dir/stop" >"$dir/load.out" 2>&1 <<'PYTHON' &
import os, socket, ssl, sys, threading
port, stop = int(sys.argv[1]), sys.argv[2]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
seen, troubles, lock = {}, [], threading.Lock()

def name_of(sock):
    der = sock.getpeercert(True)
    at = der.rfind(b".try.test")
    return der[at - 8:at].split(b"\x0c")[-1].lstrip(b"\0-\x1f").decode("latin-1") if at > 0 else "?"

def run():
    while not os.path.exists(stop):
        try:
            with socket.create_connection(("127.0.0.1", port), 20) as raw:
                stream = raw.makefile("rb")
                assert stream.readline().startswith(b"220")
                raw.sendall(b"STARTTLS\r\n")
                reply = stream.readline()
                assert reply.startswith(b"220"), reply
                with context.wrap_socket(raw) as sock:
                    sock.sendall(b"QUIT\r\n")
                    assert sock.recv(100).startswith(b"221")
                    with lock:
                        seen[name_of(sock)] = seen.get(name_of(sock), 0) + 1
        except (OSError, AssertionError) as error:
            with lock:
                troubles.append(repr(error))

threads = [threading.Thread(target=run) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("sessions", sum(seen.values()), "names", len(seen), "refused", len(troubles), troubles[:3])
PYTHON
load_pid=$!
sleep 1.5
for name in second third; do
    issue server $name.try.test
    # For a moment key and certificate do not belong together.
    use server 0.3
    sleep 1.5
done
: >"$dir/stop"
wait "$load_pid"
cat "$dir/load.out"
grep -q 'names 3 refused 0 ' "$dir/load.out" || fail "under load: $(cat "$dir/load.out")"
[ "$(grep -c 'STARTTLS=server, init=1' "$dir/log")" -ge 3 ] || fail "not told in the log"

# Client: the server that the daemon sends to logs whose certificate it sees.
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/server.log" \
    --extensions PIPELINING,STARTTLS --tls "$certs/server" --ca "$certs/ca.crt" &
sink_pid=$!
wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$sinkport)'"
relayed() { # relayed NUMBER CN
    send_smtp a@try.test "u$1@far.test" <<MESSAGE
Subject: $1

MESSAGE
    wait_for "grep -qi 'C: RCPT TO:<u$1@far.test>' '$dir/server.log'"
    grep 'TLS TLSv' "$dir/server.log" | tail -1 | grep -q "peer=$2" ||
        fail "message $1: $(grep 'TLS ' "$dir/server.log")"
}
relayed 1 first-client.try.test
issue client second-client.try.test
use client
# A kept connection has the certificate it was made with.
kill "$sink_pid"
wait "$sink_pid" 2>/dev/null
python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/server.log" \
    --extensions PIPELINING,STARTTLS --tls "$certs/server" --ca "$certs/ca.crt" &
sink_pid=$!
wait_for "perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr=>q(127.0.0.1),PeerPort=>$sinkport)'"
sleep 1.1
relayed 2 second-client.try.test
