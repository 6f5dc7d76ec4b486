// The command line of sendmail and its other names (mailq, newaliases, ...), parsed and checked,
// nothing done yet. Source: sendmail(8), operations guide appendix A; error texts and exit codes
// are those of the reference.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/exit_status.h"

namespace sm {

// Which cf file: chosen by mode, or forced by -Am / -Ac.
enum class CfChoice { kByMode, kMta, kSubmission };

// One -O, -o or old-style option flag, in the order given.
struct OptionArgument {
    bool long_form = true;  // -O Name=value; else -ocvalue
    std::string text;
};

// One selection of -qI -qR -qS -qQ, with its "not" sign.
struct QueueSelector {
    char kind = 'I';  // I id, R recipient, S sender, Q quarantine reason: substrings
    bool negated = false;
    std::string text;
};

struct QueueRunRequest {
    std::optional<std::chrono::seconds> interval{};  // -qTIME
    bool persistent = false;                         // -qp
    bool foreground = false;                         // -qf
    std::optional<std::string> group{};              // -qG
    bool quarantined = false;                        // -qQ
    bool lost = false;                               // -qL
    std::vector<QueueSelector> selectors;
};

struct CommandLine {
    std::string program;  // argv[0]
    char mode = 'm';      // letter of -b, or implied by the program's name
    std::string cf_file;  // -C; empty: the default of the mode
    CfChoice cf_choice = CfChoice::kByMode;
    std::string debug_file;          // -D
    std::vector<std::string> debug;  // -d, in order
    std::vector<OptionArgument> options;
    std::vector<std::pair<std::string, std::string>> macros;  // -M
    std::optional<QueueRunRequest> queue_run{};               // -q
    std::optional<std::string> quarantine{};                  // -Q[reason]
    std::string body_type;                                    // -B
    std::string full_name;                                    // -F
    std::optional<std::string> sender{};                      // -f, -r
    bool gateway = false;                                     // -G
    int hop_count = 0;                                        // -h
    std::string syslog_tag;                                   // -L
    std::string notify;                                       // -N as given
    bool no_alias = false;                                    // -n
    std::string protocol;                                     // -p protocol[:host]
    std::string dsn_return;                                   // -R: "full" or "hdrs"
    bool recipients_from_headers = false;                     // -t
    std::string envid;                                        // -V
    bool verbose = false;                                     // -v
    std::string traffic_log;                                  // -X
    std::vector<std::string> recipients;
    std::vector<std::string> saved_argv;  // all arguments, for a restart
};

struct CommandLineResult {
    CommandLine command;
    std::vector<std::string> messages;  // complaints for standard error, in order
    // Not kOk: `messages` say why; `fatal` is false where the reference goes on and only ends
    // with this status.
    Exit status = Exit::kOk;
    bool fatal = false;
};

[[nodiscard]] CommandLineResult parse_command_line(const std::vector<std::string>& argv);

}  // namespace sm
