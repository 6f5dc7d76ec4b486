// The modes of the program that move mail, called by main once the configuration was read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcf/cf_reader.h"
#include "libcf/config.h"
#include "libsm/exit_status.h"
#include "sendmail/main/command_line.h"

namespace sm {

struct ModeSetup {
    const Config& config;
    const CommandLine& command;
    // Path of this binary, for a restart.
    std::string program;
    // Reads the configuration again, as this start of the program did.
    std::function<ReadOutcome()> read_again{};
};

// -bd (detaches) and -bD: listener, broker, queue manager. Ends with SIGTERM.
[[nodiscard]] Exit run_daemon_mode(const ModeSetup& setup);
// -bs: one SMTP session on standard input and output.
[[nodiscard]] Exit run_smtp_mode(const ModeSetup& setup);
// -bm, -t, -ba: a message from standard input.
[[nodiscard]] Exit run_submit_mode(const ModeSetup& setup);
// -bv: says where addresses lead to.
[[nodiscard]] Exit run_verify_mode(const ModeSetup& setup);

}  // namespace sm
