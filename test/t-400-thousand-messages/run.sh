#!/bin/sh
# A thousand messages from Python's smtplib and swaks reach the mailbox and the sink, each once.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
command -v swaks >/dev/null || skip "swaks is not installed"

make_instance
start_sink
extra_mc="FEATURE(\`promiscuous_relay')dnl"
configure_instance
start_daemon -q1h

python3 - "$port" "$me" <<'PYTHON' || fail "smtplib"
import smtplib, sys
port, user = int(sys.argv[1]), sys.argv[2]
serial = 0
for connection in range(19):
    client = smtplib.SMTP("127.0.0.1", port, timeout=60)
    client.ehlo("client.test")
    for _ in range(50):
        to = user + "@try.test" if serial % 2 else "sink@far.test"
        client.sendmail("from@far.test", [to],
                        "Subject: serial %d\r\nX-Serial: %d\r\n\r\nbody %d\r\n" % ((serial,) * 3))
        serial += 1
    client.quit()
assert serial == 950
PYTHON
serial=950
while [ $serial -lt 1000 ]; do
    swaks --silent 3 --server 127.0.0.1 --port "$port" --helo client.test --from from@far.test \
        --to "$me@try.test" --header "X-Serial: $serial" --body "by swaks" || fail "swaks $serial"
    serial=$((serial + 1))
done
wait_for "[ -z \"\$(ls $dir/mqueue | grep '^[qdt]f')\" ]" 120
python3 - "$dir" "$me" <<'PYTHON' || fail "some message is missing or doubled"
import collections, glob, re, sys
directory, user = sys.argv[1:]
text = open("%s/mail/%s" % (directory, user)).read()
for name in glob.glob(directory + "/sink/*.msg"):
    text += open(name).read()
found = collections.Counter(int(n) for n in re.findall(r"^X-Serial: (\d+)", text, re.M))
missing = [n for n in range(1000) if n not in found]
doubled = [n for n, count in found.items() if count > 1]
print("%d messages, missing %s, doubled %s" % (len(found), missing[:10], doubled[:10]))
sys.exit(bool(missing or doubled))
PYTHON
