// -q: one queue run, or a queue runner of its own (-q15m without -bd).
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/main/job_outlet.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/queue_request.h"
#include "sendmail/privileged/identity.h"
#include "sendmail/runner/inherited_sockets.h"

namespace sm {
namespace {

Exit trouble(const Error& error) {
    log_message(LogPriority::kCritical, cat("NOQUEUE: SYSERR: ", error.text));
    static_cast<void>(write_all(STDERR_FILENO, cat(error.text, '\n')));
    return error.code;
}

std::string runner_title(const Config& config, std::chrono::seconds interval) {
    std::string out = cat("Queue runner@", format_timespan(interval));
    if (!config.queue_groups.empty() && !config.queue_groups[0].directories.empty()) {
        append(out, " for ", config.queue_groups[0].directories[0]);
    }
    return out;
}

// -q15m: a manager without a listener.
Exit serve_interval(const Config& config, QueueOutlet& outlet, const QueueRunRequest& request) {
    set_process_title(runner_title(config, *request.interval));
    ManagerOptions options;
    options.interval = request.interval;
    options.persistent = request.persistent;
    options.selection = selection_of(request);
    options.scan_at_start = true;
    return run_manager(outlet.environment(), options, UniqueFd());
}

// PrivacyOptions=restrictqrun: only root and the owner of the queue run it.
bool may_run_queue(const Config& config) {
    if (!config.options.privacy.has(Privacy::kRestrictQrun) || ::getuid() == 0) return true;
    struct stat info {};
    return !config.queue_groups.empty() && !config.queue_groups.front().directories.empty() &&
           ::stat(config.queue_groups.front().directories.front().c_str(), &info) == 0 &&
           info.st_uid == ::getuid();
}

// NiceQueueRun: this process and what it starts. Others come first then, or nothing happens.
void be_nice(const Options& options) {
    if (options.nice_queue_run <= 0) return;
    const int by = static_cast<int>(std::min<std::int64_t>(options.nice_queue_run, 19));
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, by));
}

}  // namespace

Exit queue_mode(Invocation& invocation) {
    const Config& config = *invocation.config;
    if (!may_run_queue(config)) {
        static_cast<void>(
            write_all(STDERR_FILENO, "You do not have permission to process the queue\n"));
        return Exit::kNoPerm;
    }
    prepare_process(invocation);
    ignore_sigpipe();
    const QueueRunRequest& request = *invocation.command.queue_run;
    const bool verbose = invocation.command.verbose;
    UniqueFd ready;
    if (request.interval && !request.foreground) {
        auto detached = daemonize();
        if (!detached.ok()) return trouble(detached.error());
        ready = std::move(detached).value();
    }
    be_nice(config.options);
    auto parts = MailParts::make(*invocation.config);
    if (!parts.ok()) return trouble(parts.error());
    (*parts)->prepare_client_tls();
    if (const auto& user = (*parts)->session_user()) {
        if (const Status done = become_session_user(*user); !done.ok()) {
            return trouble(done.error());
        }
    }
    QueueOutlet outlet(config, **parts);
    if (ready.valid()) static_cast<void>(write_all(ready.get(), "1"));
    ready.reset();
    if (request.interval) return serve_interval(config, outlet, request);
    if (invocation.command.quarantine) {
        const auto changed = quarantine_jobs(outlet.environment(), selection_of(request),
                                             *invocation.command.quarantine);
        return changed.ok() ? Exit::kOk : trouble(changed.error());
    }
    QueueRunOptions options;
    options.selection = selection_of(request);
    options.verbose = verbose;
    if (verbose) {
        options.say = [](std::string_view line) {
            static_cast<void>(write_all(STDOUT_FILENO, cat(line, '\n')));
        };
    }
    if (verbose || request.foreground) return run_queue_once(outlet.environment(), options);
    // The caller does not wait.
    const auto child = spawn([&outlet, &options] {
        leave_inherited_sockets();
        reset_signals();
        return run_queue_once(outlet.environment(), options);
    });
    return child.ok() ? Exit::kOk : trouble(child.error());
}

}  // namespace sm
