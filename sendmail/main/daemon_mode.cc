// -bd and -bD.
#include <unistd.h>

#include <array>

#include "libcf/map_table.h"
#include "libcf/unused_options.h"
#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "sendmail/daemon/daemon.h"
#include "sendmail/main/job_outlet.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/queue_request.h"
#include "sendmail/main/security_parts.h"

namespace sm {
namespace {

std::string daemon_info(const CommandLine& command) {
    std::string out = "SMTP";
    if (command.queue_run && command.queue_run->interval) {
        append(out, command.queue_run->persistent ? "+persistent-queueing@" : "+queueing@",
               format_timespan(*command.queue_run->interval));
    }
    return out;
}

// Of this binary, for a restart. The name it was called by, since an upgrade replaces the file.
std::string program_path(const CommandLine& command) {
    if (!command.program.empty() && command.program.front() == '/') return command.program;
    std::array<char, 4096> buffer{};
    const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
    return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length))
                      : command.program;
}

// The system's daemon is started by root or TrustedUser; a private instance (-C) by anybody: it has
// the rights of the caller and no others.
bool may_serve(const Invocation& invocation) {
    const auto& trusted = invocation.config->options.trusted_user_ids;
    return ::getuid() == 0 || (trusted && trusted->uid == ::getuid()) ||
           !invocation.command.cf_file.empty();
}

// A failure before the daemon is up: to the log and to whoever started it.
Exit complain(const Error& error) {
    log_message(LogPriority::kCritical, cat("NOQUEUE: SYSERR(root): ", error.text));
    const std::string line = cat("554 5.0.0 ", error.text, '\n');
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
    return error.code;
}

bool try_config(const Invocation& invocation) {
    const ReadOutcome outcome = read_again(invocation);
    for (const std::string& message : outcome.messages) {
        log_message(LogPriority::kError, cat("restart: ", message));
    }
    return outcome.usable;
}

}  // namespace

Exit daemon_mode(Invocation& invocation) {
    const Config& config = *invocation.config;
    prepare_process(invocation);
    if (!may_serve(invocation)) {
        const auto error = make_error(Exit::kUsage, "Permission denied (real uid not trusted)");
        return complain(error);
    }
    for (const std::string& line : notes_about_unused_options(config.options)) {
        log_at(9, LogPriority::kWarning, line);
    }
    UniqueFd ready;
    if (invocation.command.mode == 'd') {
        auto detached = daemonize();
        if (!detached.ok()) return complain(detached.error());
        ready = std::move(detached).value();
    }
    auto parts = MailParts::make(*invocation.config);
    if (!parts.ok()) return complain(parts.error());
    (*parts)->prepare_client_tls();
    SecurityParts security(config);
    if ((*parts)->channel() != nullptr) security.use_helper((*parts)->privileged());
    QueueOutlet outlet(config, **parts);
    if (const Status opened = outlet.open_channel(); !opened.ok()) return complain(opened.error());
    const SessionServices services{config,
                                   system_clock(),
                                   (*parts)->store(),
                                   (*parts)->guide(),
                                   outlet,
                                   [](std::chrono::milliseconds span) { sleep_for(span); },
                                   security.tls()};
    DaemonSetup daemon_setup{config, services, (*parts)->names()};
    daemon_setup.session_user = (*parts)->session_user();
    daemon_setup.argv = invocation.command.saved_argv;
    daemon_setup.program = program_path(invocation.command);
    daemon_setup.info = daemon_info(invocation.command);
    daemon_setup.before_session = [&security] { security.refresh(); };
    int managers = 0;
    daemon_setup.manager_body = [&outlet, &invocation, &managers] {
        ManagerOptions options;
        if (const auto& run = invocation.command.queue_run) {
            options.interval = run->interval;
            options.persistent = run->persistent;
            options.selection = selection_of(*run);
        }
        // One that replaces another cannot know what that one had been told.
        options.scan_at_start = managers > 0 || options.interval.has_value();
        return outlet.manager_body(options);
    };
    daemon_setup.manager_started = [&managers] { ++managers; };
    daemon_setup.try_config = [&invocation] { return try_config(invocation); };
    daemon_setup.ready = [&ready] {
        if (ready.valid()) static_cast<void>(!::write(ready.get(), "1", 1));
        ready.reset();
    };
    Daemon daemon(daemon_setup);
    if (const Status opened = daemon.open_sockets(); !opened.ok()) return complain(opened.error());
    return daemon.run();
}

}  // namespace sm
