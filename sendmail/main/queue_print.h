// mailq, sendmail -bp: the listing of the queue, byte for byte that of the reference program.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/queue/queue_store.h"
#include "sendmail/runner/queue_selection.h"

namespace sm {

struct QueuePrintOptions {
    bool verbose = false;        // -v
    QueueSelection selection{};  // -qQ, -qL, -qI..., -qG
    // The load average keeps new mail queued (QueueLA): jobs of low priority are marked X.
    std::function<bool(std::int64_t priority)> held_by_load{};
};

// Writes the listing through `write`. Returns the exit status: kOk, or kConfig when a queue
// directory cannot be read (the complaint is written as well), kUsage for an unknown queue group.
Exit print_queue(const Config& config, QueueStore& store, const Clock& clock,
                 const QueuePrintOptions& options,
                 const std::function<void(std::string_view)>& write);

// PrivacyOptions=restrictmailq: only the group of the queue directory and root may look.
// Error kNoPerm with the words for the user.
[[nodiscard]] Status may_print_queue(const Config& config, QueueStore& store);

}  // namespace sm
