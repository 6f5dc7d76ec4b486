#include "sendmail/main/job_outlet.h"

#include <fcntl.h>

#include <algorithm>

#include "libsm/log.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/runner/inherited_sockets.h"
#include "sendmail/runner/worker_process.h"

namespace sm {

QueueOutlet::QueueOutlet(const Config& config, MailParts& parts)
    : config_(config),
      environment_{config, system_clock(), parts.privileged(), parts.queue_files(),
                   &parts.client_tls()} {}

Status QueueOutlet::open_channel() {
    SM_TRY(channel_, make_hint_channel());
    client_.emplace(channel_.shared_end.get());
    return {};
}

Exit QueueOutlet::manager_body(const ManagerOptions& options) {
    channel_.shared_end.reset();
    client_.reset();
    return run_manager(environment_, options, std::move(channel_.manager_end));
}

void QueueOutlet::hand_over(Job&& job) {
    const QueueId id = job.envelope.id;
    const std::string directory = job.directory();
    {
        // Whoever delivers it must be able to lock it.
        const Job released(std::move(job));
    }
    while (reap_any()) {
    }
    if (client_ && client_->hint(id, directory).ok()) return;
    const auto child = deliver_in_child(environment_, id, directory);
    if (!child.ok()) {
        log_message(LogPriority::kError,
                    cat(id.str(), ": stays in the queue: ", child.error().text));
    }
}

Exit QueueOutlet::deliver_now(Job&& job, const DeliveryWatch& watch) {
    const DeliveryListener listener{watch.say, watch.refused, watch.failed};
    return deliver_job_now(environment_, std::move(job), listener).failure;
}

bool QueueOutlet::start_queue_run(std::string_view node) {
    if (!node.empty() && node.front() == '#') {
        const bool known = std::any_of(
            config_.queue_groups.begin(), config_.queue_groups.end(),
            [node](const QueueGroupSpec& group) { return iequals(group.name, node.substr(1)); });
        if (!known) return false;
    }
    if (client_ && client_->request_run(node).ok()) return true;
    QueueRunOptions options;
    options.selection = etrn_selection(node);
    const auto child = spawn([this, &options] {
        leave_inherited_sockets();
        reset_signals();
        return run_queue_once(environment_, options);
    });
    if (!child.ok()) log_message(LogPriority::kError, cat("ETRN: ", child.error().text));
    return true;
}

}  // namespace sm
