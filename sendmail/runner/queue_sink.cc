#include "sendmail/runner/queue_sink.h"

#include <sys/stat.h>

#include "sendmail/envelope/derived.h"

namespace sm {

Result<QueueId> QueueSink::submit(Envelope&& envelope) {
    struct stat info {};
    if (envelope.body_fd.valid() && ::fstat(envelope.body_fd.get(), &info) == 0) {
        envelope.body_size = info.st_size;
    }
    derive_from_headers(envelope, config_);
    envelope.priority = initial_priority(envelope, config_.options);
    envelope.split = true;
    auto job = store_.commit(std::move(envelope), config_.options.super_safe != SuperSafe::kNo);
    if (!job.ok()) {
        store_.abandon(envelope);
        return std::move(job).error();
    }
    const QueueId id = job.value().envelope.id;
    const std::string directory = job.value().directory();
    // The lock is given back first: whoever is told must be able to take it.
    { const Job dropped = std::move(job).value(); }
    if (on_committed_) on_committed_(id, directory);
    return id;
}

}  // namespace sm
