// What the program does, by the letter of -b (given, or implied by the program's name): the table
// of modes. Every mode is a function in a file of its own.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "libcf/cf_reader.h"
#include "libsm/exit_status.h"
#include "sendmail/main/command_line.h"

namespace sm {

// Everything a mode gets: the command line, the configuration with the options of the command
// line applied, and who this host is.
struct Invocation {
    CommandLine command;
    std::unique_ptr<Config> config;
    HostIdentity identity;
};

using ModeFunction = Exit (*)(Invocation& invocation);

struct Mode {
    char letter;
    // nullptr: not implemented yet.
    ModeFunction run;
    // Reads submit.cf when there is one (and -Am was not given), not sendmail.cf.
    bool submission_cf;
    // Goes on when the configuration has errors.
    bool tolerant;
};

[[nodiscard]] std::span<const Mode> modes();
[[nodiscard]] const Mode* find_mode(char letter);

// Reads the configuration of `invocation` once more, for a restart.
[[nodiscard]] ReadOutcome read_again(const Invocation& invocation);

// The whole program: from the arguments to the exit code.
[[nodiscard]] Exit run_personality(const std::vector<std::string>& argv);

// Modes of this folder; those of others are declared in their own headers.
[[nodiscard]] Exit address_test_mode(Invocation& invocation);
[[nodiscard]] Exit check_configuration_mode(Invocation& invocation);
[[nodiscard]] Exit queue_totals_mode(Invocation& invocation);

}  // namespace sm
