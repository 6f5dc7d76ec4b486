#include "sendmail/runner/job_schedule.h"

#include "libsm/strings.h"

namespace sm {
namespace {

std::string name_of(const ScheduledJob& job) {
    return cat(job.directory, '/', job.id.str());
}
std::string destination_key(const ScheduledJob& job) {
    return cat("d:", job.destination);
}
std::string group_key(const ScheduledJob& job) {
    return cat("g:", job.group);
}

}  // namespace

bool JobSchedule::add(ScheduledJob job, bool urgent) {
    if (!known_.insert(name_of(job)).second) return false;
    ++waiting_;
    (urgent ? urgent_ : ready_).push_back(std::move(job));
    return true;
}

// The key of the limit that keeps the job from starting; nullptr: none.
const std::string* JobSchedule::blocking_key(const ScheduledJob& job) {
    if (limit_ > 0 && !job.destination.empty()) {
        key_ = destination_key(job);
        const auto count = active_.find(key_);
        if (count != active_.end() && count->second >= limit_) return &key_;
    }
    const auto group = group_limits_.find(job.group);
    if (job.options.queue_run && group != group_limits_.end()) {
        key_ = group_key(job);
        const auto count = active_.find(key_);
        if (count != active_.end() && count->second >= group->second) return &key_;
    }
    return nullptr;
}

std::optional<ScheduledJob> JobSchedule::next() {
    for (std::deque<ScheduledJob>* queue : {&urgent_, &ready_}) {
        while (!queue->empty()) {
            ScheduledJob job = std::move(queue->front());
            queue->pop_front();
            if (const std::string* found = blocking_key(job)) {
                const std::string key = *found;
                // The place that this job does not take in its other limit is for the next one.
                for (const std::string& other : {destination_key(job), group_key(job)}) {
                    if (other != key) release_one(other);
                }
                blocked_[key].push_back(std::move(job));
                continue;
            }
            --waiting_;
            if (!job.destination.empty()) ++active_[destination_key(job)];
            if (job.options.queue_run) ++active_[group_key(job)];
            return job;
        }
    }
    return {};
}

// Puts the first job that waits for `key` back in line; next() looks at all its limits again.
void JobSchedule::release_one(const std::string& key) {
    const auto found = blocked_.find(key);
    if (found == blocked_.end()) return;
    urgent_.push_front(std::move(found->second.front()));
    found->second.pop_front();
    if (found->second.empty()) blocked_.erase(found);
}

void JobSchedule::finished(const ScheduledJob& job) {
    known_.erase(name_of(job));
    const auto release = [this](const std::string& key) {
        const auto count = active_.find(key);
        if (count != active_.end() && --count->second == 0) active_.erase(count);
        release_one(key);
    };
    if (!job.destination.empty()) release(destination_key(job));
    if (job.options.queue_run) release(group_key(job));
}

void JobSchedule::clear_waiting() {
    const auto forget = [this](std::deque<ScheduledJob>& queue) {
        for (const ScheduledJob& job : queue) known_.erase(name_of(job));
        queue.clear();
    };
    forget(urgent_);
    forget(ready_);
    for (auto& [key, queue] : blocked_) forget(queue);
    blocked_.clear();
    waiting_ = 0;
}

}  // namespace sm
