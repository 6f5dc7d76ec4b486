#!/bin/sh
# 8-bit text for a server without 8BITMIME is encoded; with it, it goes out as it is.
. "$SM_SOURCE_DIR/test/util/lib.sh"
command -v python3 >/dev/null || skip "python3 is not installed"

# Whoever runs this may name another sender without a word about it in the header.
trusted="define(\`confTRUSTED_USERS', \`$me')dnl"
extra_mc=$trusted
make_instance
sm -bi >/dev/null 2>&1

# deliver EXTENSIONS MAILER: $dir/message to a server that offers those; the result in $dir/got.
deliver() {
    rm -f "$dir"/sink/* "$dir/sinkport" "$dir/dialogue"
    python3 "$SM_SOURCE_DIR/test/util/scripted_smtpd" --port "$sinkport" --log "$dir/dialogue" \
        --messages "$dir/sink" --port-file "$dir/sinkport" --extensions "$1" &
    sink_pid=$!
    wait_for "test -f $dir/sinkport"
    sm -oem -odi -i -f from@far.test to@far.test <"$dir/message" >"$dir/out" 2>&1
    kill "$sink_pid"
    wait "$sink_pid" 2>/dev/null
    sink_pid=
    tr -d '\r' <"$dir/sink/0001.msg" | sed '1,/^Date:/d; /^Message-Id/d; s/ id .*//' >"$dir/got"
}

# The relay mailer takes 8-bit text as it is (flag 8); without it the text must be encoded.
extra_mc="$trusted
define(\`RELAY_MAILER_FLAGS', \`')dnl"
configure_instance
sed -i '/^Mrelay,/s/a8,/a,/' "$dir/sendmail.cf"

printf '%s\n' 'Subject: x' 'From: a@x.test' 'MIME-Version: 1.0' \
    'Content-Type: text/plain; charset=iso-8859-1' 'Content-Transfer-Encoding: 8bit' '' >"$dir/message"
printf 'caf\351 = a longer line of text \n.\nend\n' >>"$dir/message"

deliver PIPELINING
cat >"$dir/wanted" <<'END'
Subject: x
From: a@x.test
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable
X-MIME-Autoconverted: from 8bit to quoted-printable by mx.try.test

caf=E9 =3D a longer line of text=20
=2E
end
END
cmp "$dir/wanted" "$dir/got" || fail "encoded: $(cat "$dir/got")"
! grep -q BODY= "$dir/dialogue" || fail "BODY= without 8BITMIME"

deliver PIPELINING,8BITMIME
grep -q 'MAIL From:<from@far.test> BODY=8BITMIME' "$dir/dialogue" || fail "no BODY=8BITMIME"
LC_ALL=C grep -q 'caf.=* = a longer' "$dir/got" || fail "changed: $(cat "$dir/got")"
grep -q '^Content-Transfer-Encoding: 8bit' "$dir/got" || fail "label changed"
