#include "sendmail/daemon/child_table.h"

#include <algorithm>

namespace sm {
namespace {

constexpr std::size_t kMaxEvents = 100000;

void decrease(std::unordered_map<std::string, int>* counts, const std::string& key) {
    const auto found = counts->find(key);
    if (found != counts->end() && --found->second <= 0) counts->erase(found);
}

}  // namespace

void RecentCounts::forget_old(std::int64_t now) {
    while (!events_.empty() &&
           (events_.front().at <= now - window_.count() || events_.size() > kMaxEvents)) {
        decrease(&counts_, events_.front().address);
        events_.pop_front();
    }
}

void RecentCounts::add(const std::string& address, std::int64_t now) {
    events_.push_back({now, address});
    ++counts_[address];
    forget_old(now);
}

int RecentCounts::of(const std::string& address, std::int64_t now) {
    forget_old(now);
    const auto found = counts_.find(address);
    return found == counts_.end() ? 0 : found->second;
}

int RecentCounts::in(std::int64_t now) const {
    int count = 0;
    for (auto each = events_.rbegin(); each != events_.rend() && each->at == now; ++each) ++count;
    return count;
}

ClientCounts ChildTable::arrived(const std::string& address, std::int64_t now) {
    arrivals_.add(address, now);
    ClientCounts out;
    out.connections = ++open_[address];
    out.rate = std::max(1, arrivals_.of(address, now));
    out.total_rate = arrivals_.total();
    out.failed_auth = failures_.of(address, now);
    return out;
}

void ChildTable::add(pid_t pid, std::size_t socket, const std::string& address) {
    children_[pid] = {socket, address};
}

void ChildTable::gave_up(const std::string& address) {
    decrease(&open_, address);
}

bool ChildTable::ended(pid_t pid, bool failed_auth, std::int64_t now) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return false;
    if (failed_auth) failures_.add(found->second.address, now);
    decrease(&open_, found->second.address);
    children_.erase(found);
    return true;
}

int ChildTable::sessions_of(std::size_t socket) const {
    return static_cast<int>(
        std::count_if(children_.begin(), children_.end(),
                      [socket](const auto& entry) { return entry.second.socket == socket; }));
}

}  // namespace sm
