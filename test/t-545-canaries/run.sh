#!/bin/sh
# Passwords stay where they belong: a canary for each account is looked for in logs, process titles,
# trace output, traffic logs (-X), -v, reports of failed mail, queue files and cores, as server and as client, with
# mechanisms that send it and mechanisms that do not, when it is right and when it is wrong.
. "$SM_SOURCE_DIR/test/util/lib.sh"
. "$SM_SOURCE_DIR/test/util/security.sh"
make_instance
make_certs
make_sasl mx.try.test joe:canary-right
mkdir "$dir/client-queue"
chmod 700 "$dir/client-queue"
sink=$sinkport

sinkport=$port
extra_mc="$(tls_mc)
FEATURE(\`access_db', \`hash -T<TMPF> $dir/client-access')dnl
CLIENT_OPTIONS(\`Family=inet, Address=127.0.0.20')dnl
LOCAL_CONFIG
O LogLevel=99
ESASL_CONF_PATH=$dir/sasl"
configure_instance
sed -e "s,$dir/mqueue,$dir/client-queue,g; s,$dir/log,$dir/client.log,g" -e 's/^Dj.*/Djclient.try.test/' \
    "$dir/sendmail.cf" >"$dir/client.cf"
sinkport=$sink
extra_mc="$(tls_mc)
define(\`confAUTH_MECHANISMS', \`SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN')dnl
TRUST_AUTH_MECH(\`SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN')dnl
$sasl_mc
O LogLevel=99"
configure_instance
start_daemon -d0-99.99 -X "$dir/traffic"
titles() { # of all processes of the daemon, once
    for process in $(ps -e -o pid= -o args= | awk '/sendmail/ { print $1 }'); do
        tr '\0' ' ' <"/proc/$process/cmdline"
        tr '\0' ' ' <"/proc/$process/environ"
    done >>"$dir/titles" 2>/dev/null
}
[ -s "$dir/daemon.out" ] || fail "the daemon does not trace"

# As server; the titles are looked at between the steps.
python3 - "$port" "$dir/step" <<'PYTHON' &
import base64, os, socket, sys, time
port, step = int(sys.argv[1]), sys.argv[2]
b64 = lambda text: base64.b64encode(text.encode())
def pause():
    open(step, "w").close()
    while os.path.exists(step):
        time.sleep(0.02)
for password in ("canary-wrong", "canary-right"):
    for dialogue in ([b"AUTH PLAIN " + b64("\0joe\0" + password)],
                     [b"AUTH PLAIN", b64("\0joe\0" + password)],
                     [b"AUTH LOGIN", b64("joe"), b64(password)],
                     # A password where the name of a mechanism belongs is the client's fault; base64 that is none.
                     [b"AUTH PLAIN " + b64("\0joe\0" + password)[:-3] + b"!"],
                     [b"AUTH LOGIN", b64("joe"), b64(password)[:-3] + b"!"]):
        with socket.create_connection(("127.0.0.1", port)) as sock:
            stream = sock.makefile("rb")
            stream.readline()
            for line in dialogue:
                sock.sendall(line + b"\r\n")
                stream.readline()
                pause()
            sock.sendall(b"NOOP\r\nQUIT\r\n")
            stream.read()
open(step + ".end", "w").close()
PYTHON
sink_pid=$!
while [ ! -f "$dir/step.end" ]; do
    kill -0 $sink_pid 2>/dev/null || [ -f "$dir/step.end" ] || fail "the client of the server's test ended"
    if [ -f "$dir/step" ]; then
        titles
        rm -f "$dir/step"
    fi
    sleep 0.02
done
wait $sink_pid
sink_pid=
for mechanism in CRAM-MD5 PLAIN LOGIN; do
    talk "$mechanism" <<TALK
connect 127.0.0.1:$port
S: 220 *
auth $mechanism joe canary-wrong = 535
auth $mechanism joe canary-right
TALK
done
[ "$(grep -c 'AUTH=server, .*authid=joe' "$dir/log")" -ge 6 ] || fail "nobody was authenticated"
[ "$(grep -c 'AUTH failure' "$dir/log")" -ge 6 ] || fail "nobody was refused"

# As client: what it shows, logs, keeps and reports. The server refuses what it does not relay.
for mechanism in SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN; do
    for password in canary-wrong canary-right; do
        printf 'AuthInfo:127.0.0.1\t"U:joe" "P:%s" "R:mx.try.test" "M:%s"\n' $password $mechanism |
            "$makemap" -C "$dir/client.cf" hash "$dir/client-access" || fail makemap
        printf 'Subject: %s\n\ntext\n' $mechanism | timeout 60 "$sendmail" -C"$dir/client.cf" -X "$dir/client-traffic" -v -d0-99.99 \
            -oem -odi -f a@try.test u@far.test >>"$dir/client.out" 2>&1
        titles
    done
done
grep -q 'AUTH=client, .*mech=PLAIN' "$dir/client.log" || fail "the client was not authenticated"
grep -q 'DSN: ' "$dir/client.log" || fail "no report was made"
grep -q 'AUTH \*\*\*' "$dir/client.out" || fail "-v does not show the dialogue"

# A process that dies leaves no core that others could read.
if [ "$(id -u)" = 0 ]; then
    stop_daemon
    mv "$dir/log" "$dir/first-log"
    ulimit -c unlimited 2>/dev/null
    start_daemon
    python3 - "$port" <<'PYTHON' &
import base64, socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as sock:
    stream = sock.makefile("rb")
    stream.readline()
    sock.sendall(b"AUTH PLAIN " + base64.b64encode(b"\0joe\0canary-right") + b"\r\n")
    stream.readline()
    stream.read()
PYTHON
    sink_pid=$!
    wait_for "grep -q 'AUTH=server' '$dir/log'"
    victims=$(ps -e -o pid= -o ppid= -o args= | awk -v p="$daemon_pid" '$2 == p && /server|broker/ { print $1 }')
    [ -n "$victims" ] || fail "no session and no broker to be killed"
    # By default a core.
    for process in $victims; do kill -ABRT "$process"; done
    wait "$sink_pid"
    sink_pid=
    core=$(find "$dir" "$PWD" -maxdepth 2 -name 'core*' -type f -newer "$dir/sendmail.cf" 2>/dev/null)
    [ -z "$core" ] || fail "a core: $core"
fi
stop_daemon

grep -q '<<< AUTH PLAIN \*\*\*\*' "$dir/traffic" || fail "-X does not show the server's dialogue"
grep -q '>>> AUTH \*\*\*' "$dir/client-traffic" || fail "-X does not show the client's dialogue"
for word in canary-right canary-wrong; do
    for form in "$word" "$(printf %s "$word" | base64)" "$(printf '\0joe\0%s' "$word" | base64)" \
        "$(printf 'joe\0joe\0%s' "$word" | base64)"; do
        # The last characters of what is broken on purpose above are left out.
        form=$(printf %s "$form" | tr -d '=')
        form=${form%???}
        for file in log first-log client.log traffic client-traffic titles daemon.out client.out newaliases.out; do
            ! grep -qaF -- "$form" "$dir/$file" 2>/dev/null || fail "$form in $file: $(grep -aF -- "$form" "$dir/$file" | head -3)"
        done
        ! grep -rqaF -- "$form" "$dir/mqueue" "$dir/client-queue" "$dir/mail" "$dir/sink" ||
            fail "$form in a queue file or a message"
    done
done
