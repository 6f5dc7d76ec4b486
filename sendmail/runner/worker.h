// Worker: one attempt at one locked job. Routes its recipients, hands batches to agents, writes
// the results to the log and to the queue file, sends reports, and removes or rewrites the job.
//
// Nothing of a job is forgotten before it is somewhere else: a recipient leaves the queue file only
// when it was delivered, when the report about it is committed, or when a decision drops it.
#pragma once

#include <string>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/queue/queue_store.h"
#include "sendmail/runner/delivery_parts.h"
#include "sendmail/stats/stats_file.h"

namespace sm {

struct AttemptOptions {
    // A queue run adds RetryFactor to the priority; the attempt after acceptance does not, and
    // leaves F=e mailers (HoldExpensive) to the queue.
    bool queue_run = false;
    // Chosen by -qI, -qR, -qS or ETRN: mailers with F=% are tried as well.
    bool selected = false;
};

struct AttemptOutcome {
    bool removed = false;  // nothing is left of the job
    std::size_t sent = 0;
    std::size_t failed = 0;    // permanently
    Exit failure = Exit::kOk;  // of the recipient that failed first
    std::size_t deferred = 0;  // still in the queue
    // The job could not be updated on disk: it will be tried again as it was.
    bool update_failed = false;
};

class Worker {
  public:
    // All outlive the worker.
    Worker(const Config& config, const Clock& clock, Statistics& statistics, DeliveryParts& parts)
        : config_(config), clock_(clock), statistics_(statistics), parts_(parts) {}

    // Afterwards the job is removed, or rewritten and still locked by `job`.
    AttemptOutcome attempt(Job& job, const AttemptOptions& options);

  private:
    void route(Job& job);
    void refuse(const Envelope& envelope, Recipient& recipient);
    void hold(Job& job, const AttemptOptions& options);
    void deliver_all(Job& job);
    void record(Job& job, const Batch& batch, const std::vector<DeliveryResult>& results,
                std::int64_t seconds);
    void checkpoint(Job& job, const Batch& batch, bool more);
    void end_loop(Envelope& envelope);
    void count_failure(const Recipient& recipient);
    void expire(Job& job);
    void report(Job& job);
    bool send_report(Job& job, ReturnRequest::Kind kind, std::vector<Recipient*> recipients,
                     std::int64_t return_after);
    [[nodiscard]] std::string bounce_text(ReturnRequest::Kind kind,
                                          const std::string& reason) const;
    void settle(Job& job);
    void update(Job& job);
    [[nodiscard]] bool save_dead_letter(const Envelope& envelope);
    [[nodiscard]] Status give_up(Job& job);

    const Config& config_;
    const Clock& clock_;
    Statistics& statistics_;
    DeliveryParts& parts_;
    AttemptOutcome outcome_;
    std::string notice_;  // lines for the transcript of a report: why it was given up
    std::int64_t since_checkpoint_ = 0;
    bool given_up_ = false;       // too long in the queue
    bool unreturnable_ = false;   // a report for the postmaster failed itself
    bool report_failed_ = false;  // could not be made now: to be tried again
    std::string given_up_text_;   // "Cannot send message for 5 days"
    std::string warned_after_;    // "4 hours"
};

// Seconds after which a message of this class is returned / its sender is warned; 0: never warn.
struct QueueTimes {
    std::int64_t give_up = 0;
    std::int64_t warn = 0;
};
[[nodiscard]] QueueTimes queue_times(const Envelope& envelope, const Options& options);

}  // namespace sm
