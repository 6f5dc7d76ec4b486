// Dispatcher: tells the queue manager of a committed job, so that it is tried at once. A hint: the
// disk is the truth. DESIGN section 3 ("a hint is acknowledged; no answer in 1 s, or no manager:
// the session forks a worker itself").
#pragma once

#include "libsm/result.h"
#include "sendmail/queue/queue_store.h"

namespace sm {

class Dispatcher {
  public:
    virtual ~Dispatcher() = default;
    // DeliveryMode background: hands the job over and returns.
    [[nodiscard]] virtual Status hint(const QueueId& id, const std::string& directory) = 0;
};

}  // namespace sm
