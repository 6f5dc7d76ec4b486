// JobSchedule: the jobs that wait for a worker, in order, with a limit of jobs in progress for
// each destination, so that a dead or slow one takes only its share of the workers. Knows no
// processes and no files.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "libmail/queue_id.h"
#include "sendmail/queue/queue_store.h"
#include "sendmail/runner/worker.h"

namespace sm {

struct ScheduledJob {
    QueueId id;
    std::string directory;
    JobKind kind = JobKind::kNormal;
    std::string destination;  // host of the first recipient, "" unknown or local
    std::string group;
    AttemptOptions options;
};

class JobSchedule {
  public:
    // per_destination: jobs in progress for one destination; 0: no limit. Destination "" has none.
    explicit JobSchedule(std::size_t per_destination) : limit_(per_destination) {}

    // group_limits: jobs in progress of one queue group, from queue runs.
    void set_group_limit(const std::string& group, std::size_t limit) {
        group_limits_[group] = limit;
    }

    // False: it waits or runs already. urgent: before the others (a new message).
    bool add(ScheduledJob job, bool urgent);
    // The next job that may start; it counts as in progress until finished().
    [[nodiscard]] std::optional<ScheduledJob> next();
    void finished(const ScheduledJob& job);

    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    [[nodiscard]] std::size_t in_progress() const { return known_.size() - waiting_; }
    // Forgets what waits (not what is in progress).
    void clear_waiting();

  private:
    [[nodiscard]] const std::string* blocking_key(const ScheduledJob& job);
    void release_one(const std::string& key);

    std::size_t limit_;
    std::map<std::string, std::size_t> group_limits_;
    std::deque<ScheduledJob> urgent_;
    std::deque<ScheduledJob> ready_;
    // Jobs that found their destination or group full, by its key.
    std::map<std::string, std::deque<ScheduledJob>> blocked_;
    std::map<std::string, std::size_t> active_;  // by key
    std::set<std::string> known_;                // "directory/id" waiting or in progress
    std::size_t waiting_ = 0;
    std::string key_;
};

}  // namespace sm
