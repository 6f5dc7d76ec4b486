#include "sendmail/main/queue_request.h"

namespace sm {

QueueSelection selection_of(const QueueRunRequest& request) {
    QueueSelection selection;
    if (request.quarantined) selection.kind = JobKind::kQuarantined;
    if (request.lost) selection.kind = JobKind::kLost;
    if (request.group) selection.group = *request.group;
    for (const QueueSelector& selector : request.selectors) {
        if (selector.kind == 'Q') selection.kind = JobKind::kQuarantined;
        selection.matches.push_back({selector.kind, selector.negated, selector.text});
    }
    return selection;
}

}  // namespace sm
