#include "sendmail/main/job_outlet.h"

#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {

void QueueOutlet::hand_over(Job&& job) {
    // Not implemented: no queue manager yet. The job stays in the queue for a queue run.
    const Job released(std::move(job));
}

void QueueOutlet::deliver_now(Job&& job, const std::function<void(std::string_view)>& /*say*/) {
    const Job released(std::move(job));
}

bool QueueOutlet::start_queue_run(std::string_view node) {
    if (node.empty() || node.front() != '#') return true;
    for (const QueueGroupSpec& group : config_.queue_groups) {
        if (iequals(group.name, node.substr(1))) return true;
    }
    return false;
}

std::function<Result<pid_t>()> QueueOutlet::manager_starter() { return {}; }

}  // namespace sm
