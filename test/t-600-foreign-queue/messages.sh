# Sourced by record and run.sh: puts some messages of every kind into a queue, through -bs.
# queue_messages BINARY CF
queue_messages() {
    {
        echo 'EHLO client.test'
        cat <<'END'
MAIL FROM:<a@x.test>
RCPT TO:<u@far.test>
RCPT TO:<@LOCAL@@try.test>
DATA
From: A <a@x.test>
To: u@far.test
Subject: plain
Date: Sat, 01 Jan 2022 00:00:00 +0000
Message-Id: <plain@x.test>

hello
..a dot
From the start
.
MAIL FROM:<b@x.test> ENVID=env+2B1 RET=HDRS BODY=8BITMIME
RCPT TO:<v@far.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;orig@x.test
RCPT TO:<w@far.test> NOTIFY=NEVER
DATA
From: B <b@x.test>
Subject: parameters
Date: Sat, 01 Jan 2022 00:00:00 +0000
Message-Id: <parameters@x.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

caf@E9@
.
MAIL FROM:<>
RCPT TO:<u@far.test>
DATA
Received: from elsewhere
	by somewhere;
	Sat, 01 Jan 2022 00:00:00 +0000
Subject: from nobody
Date: Sat, 01 Jan 2022 00:00:00 +0000
Message-Id: <nobody@x.test>
X-Empty:
X-Long: a field
	that goes on and on,
	and on
Bcc: secret@x.test
To: list:;, "Q U" <q@x.test>, r@x.test (Comment)

text
.
MAIL FROM:<c@x.test>
RCPT TO:<u@far.test>
DATA
just text, no headers at all
.
QUIT
END
    } | sed -e "s/@LOCAL@/$me/" -e "s/@E9@/$(printf '\351')/" |
        python3 "$SM_SOURCE_DIR/test/util/bs_talk.py" "$1" -C "$2" -odq -bs >"$dir/bs.out" 2>&1 ||
        fail "-bs: $(cat "$dir/bs.out")"
}

# What arrived, in the order of queue ids, without what differs between two runs of the same program:
# the date of the From_ line. SIZE= is an estimate that counts the line ends of header fields in
# ours and not in the reference program.
arrived() {
    for file in "$dir/sink"/*.msg; do
        id=$(sed -n 's/.* id \([0-9A-Za-z]*\).*/\1/p' "$file" | head -n 1)
        {
            echo "== $id"
            sed 's/ SIZE=[0-9]*//' "${file%.msg}.env"
            cat "$file"
        } >"$dir/arrived-$id"
    done
    cat "$dir"/arrived-*
    rm -f "$dir"/arrived-*
    [ ! -f "$dir/mail/$me" ] || { echo "== mailbox"; sed 's/^From \([^ ]*\) .*/From \1/' "$dir/mail/$me"; }
}

# The configuration without what only we know.
reference_cf() {
    sed '/^O LogFile/d; /^O SessionUser/d' "$dir/sendmail.cf" >"$dir/reference.cf"
}
