#!/bin/sh
# `sh Build try`: starts a private instance of what was built, sends a message through it and shows
# it in the mailbox, with the log. Nothing outside a temporary folder is touched.
SM_BUILD_DIR=$1
SM_SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd -P)
export SM_BUILD_DIR SM_SOURCE_DIR
. "$SM_SOURCE_DIR/test/util/lib.sh"

make_instance
echo "private instance in $dir, SMTP on 127.0.0.1:$port"
start_daemon -q1h
send_smtp "$me@try.test" "$me@try.test" <<'MESSAGE'
Subject: It works
From: The newcomer <newcomer@try.test>

Accepted by our daemon, queued, and delivered by our own mail.local.
MESSAGE
echo
echo "--- what the server answered"
cat "$dir/smtp.out"
wait_for "test -s $dir/mail/$me"
echo
echo "--- the mailbox $dir/mail/$me"
cat "$dir/mail/$me"
wait_for "grep -q 'stat=Sent' $dir/log"
echo "--- the log"
cat "$dir/log"
echo
echo "The message was delivered."
