// A worker process: takes jobs from the manager one after another over a socket, tries them, and
// says how each ended. Its connections to next hops stay open between jobs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsm/process.h"
#include "sendmail/runner/delivery_environment.h"
#include "sendmail/runner/delivery_parts.h"
#include "sendmail/runner/job_schedule.h"
#include "sendmail/runner/queue_sink.h"

namespace sm {

// How the attempt ended, as told to the manager.
enum class JobEnd : char {
    kRemoved = 'R',  // delivered, bounced or both: nothing is left
    kQueued = 'Q',   // it stays in the queue
    kSkipped = 'S',  // gone, locked by somebody else, or not deliverable
    kTrouble = 'T',  // the job could not be opened or updated
};

[[nodiscard]] std::string encode_job(const ScheduledJob& job);
[[nodiscard]] std::optional<ScheduledJob> decode_job(std::string_view packet);

// Opens, tries and updates one job in this process.
// on_new_job: told of reports that were queued.
[[nodiscard]] JobEnd run_job(const DeliveryEnvironment& environment, const ScheduledJob& job,
                             ConnectionCache* connections, const DeliveryListener& listener,
                             const QueueSink::Committed& on_new_job);

// The body of a worker process: serves `socket` until its other end is closed. Packets to the
// manager: a JobEnd octet, or a request of hint_channel.h for each new job.
[[nodiscard]] Exit serve_jobs(const DeliveryEnvironment& environment, int socket);

// DeliveryMode interactive, and the fallback without a manager: tries a job that the caller has
// locked, and the reports that it causes, in this process.
AttemptOutcome deliver_job_now(const DeliveryEnvironment& environment, Job&& job,
                               const DeliveryListener& listener);

// The same in a child, for a job that the caller has let go of. The caller reaps the pid.
[[nodiscard]] Result<pid_t> deliver_in_child(const DeliveryEnvironment& environment,
                                             const QueueId& id, const std::string& directory);

}  // namespace sm
