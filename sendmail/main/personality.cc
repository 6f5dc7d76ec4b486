#include "sendmail/main/personality.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "libcf/option_reader.h"
#include "libcf/unused_options.h"
#include "libsm/clock.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/process.h"
#include "libsm/trace.h"
#include "libsm/traffic_log.h"
#include "sendmail/main/alias_rebuild.h"
#include "sendmail/main/flags_report.h"
#include "sendmail/main/host_status_print.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/test_mode.h"

namespace sm {

namespace {

constexpr std::array kModes = {
    Mode{'m', submit_mode, true, false},                // deliver (also -t)
    Mode{'s', smtp_mode, true, false},                  // SMTP on standard input
    Mode{'a', submit_mode, true, false},                // ARPANET mode
    Mode{'d', daemon_mode, false, false},               // daemon
    Mode{'D', daemon_mode, false, false},               // daemon in the foreground
    Mode{'i', rebuild_mode, false, false},              // rebuild the alias database
    Mode{'p', queue_print_mode, false, false},          // print the queue
    Mode{'P', queue_totals_mode, false, false},         // queue totals from shared memory
    Mode{'h', host_status_mode, false, false},          // print host status
    Mode{'H', host_status_purge_mode, false, false},    // purge host status
    Mode{'v', verify_mode, false, false},               // verify addresses
    Mode{'t', address_test_mode, false, true},          // address test mode
    Mode{'C', check_configuration_mode, false, false},  // check the configuration
};

void print(int fd, std::string_view text) {
    static_cast<void>(write_all(fd, text));
}

bool exists(std::string_view path) {
    return ::access(std::string(path).c_str(), F_OK) == 0;
}

std::string configuration_path(const CommandLine& command, const Mode& mode) {
    if (!command.cf_file.empty()) return command.cf_file;
    if (command.cf_choice == CfChoice::kSubmission) return std::string(default_submission_cf());
    const bool submission = mode.submission_cf && command.cf_choice == CfChoice::kByMode &&
                            !command.queue_run && exists(default_submission_cf());
    return std::string(submission ? default_submission_cf() : default_mta_cf());
}

int report_level() {
    int level = 0;
    while (level < 255 && tracing(Trace::kMain, level + 1)) ++level;
    return level;
}

Status start_traces(const CommandLine& command) {
    if (!command.debug_file.empty()) SM_CHECK_OK(set_trace_file(command.debug_file.c_str()));
    for (const std::string& flags : command.debug) SM_CHECK_OK(set_trace(flags));
    return {};
}

// Arguments by which a caller would make a set-group-ID (or set-user-ID) program work by rules of
// his own.
bool overrules_configuration(const CommandLine& command) {
    return !command.cf_file.empty() || !command.macros.empty() || !command.traffic_log.empty() ||
           !command.debug_file.empty() || !command.debug.empty() ||
           std::any_of(command.options.begin(), command.options.end(),
                       [](const OptionArgument& option) {
                           return !option_is_safe(option.text, option.long_form);
                       });
}

// Rights that came from the program's file are given up before such an argument has any effect.
Status give_up_lent_rights(const CommandLine& command) {
    const bool lent = ::getuid() != ::geteuid() || ::getgid() != ::getegid();
    if (::getuid() == 0 || !lent || !overrules_configuration(command)) return {};
    return drop_privileges(::getuid(), ::getgid(), {});
}

ReadSetup setup_for(const CommandLine& command) {
    ReadSetup setup;
    for (const OptionArgument& option : command.options) {
        setup.options.push_back(OptionSetting{option.long_form, option.text});
    }
    if (command.verbose) setup.options.push_back(OptionSetting{true, "Verbose=True"});
    setup.macros = command.macros;
    setup.preset.emplace_back("opMode", std::string(1, command.mode));
    setup.test_mode = command.mode == 't';
    return setup;
}

// Not where somebody else reads what is said: in SMTP, from submission, in test mode.
bool speaks_of_host_status(char mode) {
    return std::string_view("dDpPihHCv").find(mode) != std::string_view::npos;
}

// Option QualifyWait: a host name without a dot may get its domain a little later. True: it has one
// now, and the configuration is to be read with it.
bool name_came_late(const Config& config, const CommandLine& command, HostIdentity* identity) {
    if (identity->qualified() || config.options.qualify_wait.count() <= 0) return false;
    open_log(config, command);
    log_message(LogPriority::kCritical, cat("My unqualified host name (", identity->canonical,
                                            ") unknown; sleeping for retry"));
    sleep_for(config.options.qualify_wait);
    *identity = find_host_identity();
    if (identity->qualified()) return true;
    log_message(LogPriority::kAlert, cat("unable to qualify my own domain name (",
                                         identity->canonical, ") -- using short name"));
    return false;
}

Exit run_mode(CommandLine command, const Mode& mode) {
    ReadSetup setup = setup_for(command);
    setup.identity = find_host_identity();
    const int level = report_level();
    trace_text(report_build(level, &*setup.identity));
    if (level >= 101) return Exit::kOk;
    const std::string path = configuration_path(command, mode);
    ReadOutcome read = read_config(path, setup);
    if (read.usable && name_came_late(*read.config, command, &*setup.identity)) {
        read = read_config(path, setup);
    }
    for (const std::string& message : read.messages) print(STDOUT_FILENO, cat(message, '\n'));
    if (!read.readable) return Exit::kOsFile;
    if (level > 0) trace_text(report_configuration(level, *read.config, read.identity));
    if (!read.usable && !mode.tolerant) return read.bad_option ? Exit::kSoftware : Exit::kConfig;
    if (speaks_of_host_status(mode.letter)) {
        const std::string warning = host_status_warning(read.config->options);
        if (!warning.empty()) print(STDOUT_FILENO, cat(warning, '\n'));
    }
    Invocation invocation{std::move(command), std::move(read.config), std::move(read.identity)};
    return mode.run(invocation);
}

}  // namespace

ReadOutcome read_again(const Invocation& invocation) {
    ReadSetup setup = setup_for(invocation.command);
    setup.identity = invocation.identity;
    return read_config(invocation.config->path, setup);
}

std::span<const Mode> modes() {
    return kModes;
}

const Mode* find_mode(char letter) {
    for (const Mode& mode : kModes) {
        if (mode.letter == letter) return &mode;
    }
    return nullptr;
}

// -od or -O DeliveryMode of the command line; that of the configuration does not count here.
char delivery_mode_given(const CommandLine& command) {
    char mode = 'i';
    for (const OptionArgument& option : command.options) {
        const std::string_view text = option.text;
        const std::string_view name = option.long_form ? text.substr(0, text.find('=')) : "d";
        const std::size_t value = option.long_form ? name.size() + 1 : 1;
        const bool ours = option.long_form ? iequals(name, "DeliveryMode") : text.starts_with('d');
        if (ours && text.size() > value) mode = text[value];
    }
    return mode;
}

Exit address_test_mode(Invocation& invocation) {
    return run_address_test(*invocation.config, invocation.config->macros,
                            delivery_mode_given(invocation.command));
}

// Errors were reported and have ended the program before.
Exit check_configuration_mode(Invocation& invocation) {
    for (const std::string& line : notes_about_unused_options(invocation.config->options)) {
        print(STDOUT_FILENO, cat(line, '\n'));
    }
    return Exit::kOk;
}

Exit queue_totals_mode(Invocation& invocation) {
    static_cast<void>(invocation);
    print(STDOUT_FILENO, "Data unavailable: shared memory not updated\n");
    return Exit::kOk;
}

Exit run_personality(const std::vector<std::string>& argv) {
    CommandLineResult parsed = parse_command_line(argv);
    for (const std::string& message : parsed.messages) print(STDERR_FILENO, cat(message, '\n'));
    if (parsed.fatal) return parsed.status;
    const Status given_up = give_up_lent_rights(parsed.command);
    if (!given_up.ok()) {
        print(STDERR_FILENO, cat(given_up.error().text, '\n'));
        return given_up.error().code;
    }
    const Status traces = start_traces(parsed.command);
    if (!traces.ok()) {
        print(STDERR_FILENO, cat(traces.error().text, '\n'));
        return traces.error().code;
    }
    if (!parsed.command.traffic_log.empty()) {
        const Status opened = open_traffic_log(parsed.command.traffic_log);
        if (!opened.ok()) {
            print(STDERR_FILENO, cat(opened.error().text, '\n'));
            return opened.error().code;
        }
    }
    const Mode* mode = find_mode(parsed.command.mode);
    if (mode == nullptr || mode->run == nullptr) {
        print(STDERR_FILENO,
              cat("sendmail: mode -b", std::string(1, parsed.command.mode), ": not implemented\n"));
        return Exit::kUnavailable;
    }
    const Exit status = run_mode(std::move(parsed.command), *mode);
    return status == Exit::kOk ? parsed.status : status;
}

}  // namespace sm
