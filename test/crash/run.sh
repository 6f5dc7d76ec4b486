#!/bin/sh
# The crash ledger. First the queue alone: every file call of accepting and delivering is a place to
# stop. Then the whole daemon with its mailer, at every place it calls from.
# SM_CRASH_MESSAGES: messages per run (default 3); SM_CRASH_EVERY: only every n-th place of the
# first part (default 7, beginning elsewhere in each mode: all are reached in some mode; 1: all in
# all modes); SM_CRASH_MODES: ways to stop, for the first part (default all);
# SM_CRASH_FULL=1: every call of both parts, in every mode (long). SM_CRASH_DAEMON=0: first part only.
. "$SM_SOURCE_DIR/test/util/lib.sh"
here=$SM_SOURCE_DIR/test/crash
driver=$SM_BUILD_DIR/test/crash/queue_driver
shim=$SM_BUILD_DIR/test/crash/libfault_shim.so
command -v python3 >/dev/null 2>&1 || skip "python3 is not installed"
# A program with AddressSanitizer wants its library to be the first; the shim has to be.
ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 && export ASAN_OPTIONS
extent=sample
[ -z "${SM_CRASH_FULL:-}" ] || { extent=full; SM_CRASH_EVERY=1; }
python3 "$here/ledger.py" "$driver" "$shim" --messages "${SM_CRASH_MESSAGES:-3}" \
    --every "${SM_CRASH_EVERY:-7}" ${SM_CRASH_MODES:+--modes "$SM_CRASH_MODES"} -v || exit 1
[ "${SM_CRASH_DAEMON:-1}" != 0 ] || exit 0

extra_mc="FEATURE(\`promiscuous_relay')dnl"
make_instance
# Mailers get an environment of their own: the faults reach this one through a file.
printf '#!/bin/sh\n. %s\nexec %s "$@"\n' "$dir/faults" "$maillocal" >"$dir/mail.local"
chmod 755 "$dir/mail.local"
maillocal=$dir/mail.local
configure_instance
start_sink
sm -bi >"$dir/newaliases.out" 2>&1 || fail "newaliases: $(cat "$dir/newaliases.out")"
python3 "$here/daemon_ledger.py" "$dir" "$sendmail" "$shim" "$port" "$me" "$extent" \
    "${SM_CRASH_DAEMON_MODES:-kill,after,ENOSPC,EIO,EMFILE}" || fail "see above"
