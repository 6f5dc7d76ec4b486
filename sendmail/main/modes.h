// The modes of the program that move mail, called by main once the configuration was read.
#pragma once

#include "libsm/exit_status.h"
#include "sendmail/main/personality.h"

namespace sm {

// Syslog, or the file of option LogFile, under the tag of -L.
void open_log(const Config& config, const CommandLine& command);

// Log, time zone and umask as the configuration and the command line want them; before the first
// fork of a mode that moves mail.
void prepare_process(const Invocation& invocation);

// -bd (detaches) and -bD: listener, broker, queue manager. Ends with SIGTERM.
[[nodiscard]] Exit daemon_mode(Invocation& invocation);
// -q without -bd: a queue run, or a queue runner.
[[nodiscard]] Exit queue_mode(Invocation& invocation);
// -bs: one SMTP session on standard input and output.
[[nodiscard]] Exit smtp_mode(Invocation& invocation);
// -bm, -t, -ba: a message from standard input.
[[nodiscard]] Exit submit_mode(Invocation& invocation);
// -bp: the listing of the queue.
[[nodiscard]] Exit queue_print_mode(Invocation& invocation);
// -bh: hoststat.
[[nodiscard]] Exit host_status_mode(Invocation& invocation);
// -bH: purgestat.
[[nodiscard]] Exit host_status_purge_mode(Invocation& invocation);
// -bv: says where addresses lead to.
[[nodiscard]] Exit verify_mode(Invocation& invocation);

}  // namespace sm
