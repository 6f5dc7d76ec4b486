#include "sendmail/daemon/child_table.h"

#include <algorithm>

namespace sm {
namespace {

constexpr std::size_t kMaxArrivals = 100000;

void decrease(std::unordered_map<std::string, int>* counts, const std::string& key) {
    const auto found = counts->find(key);
    if (found != counts->end() && --found->second <= 0) counts->erase(found);
}

}  // namespace

void ChildTable::forget_old(std::int64_t now) {
    while (!arrivals_.empty() &&
           (arrivals_.front().at <= now - window_.count() || arrivals_.size() > kMaxArrivals)) {
        decrease(&recent_, arrivals_.front().address);
        arrivals_.pop_front();
    }
}

ClientCounts ChildTable::arrived(const std::string& address, std::int64_t now) {
    arrivals_.push_back({now, address});
    ++recent_[address];
    forget_old(now);
    ClientCounts out;
    out.connections = ++open_[address];
    const auto recent = recent_.find(address);
    out.rate = recent != recent_.end() ? recent->second : 1;
    out.total_rate = static_cast<int>(arrivals_.size());
    return out;
}

void ChildTable::add(pid_t pid, std::size_t socket, const std::string& address) {
    children_[pid] = {socket, address};
}

void ChildTable::gave_up(const std::string& address) {
    decrease(&open_, address);
}

bool ChildTable::ended(pid_t pid) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return false;
    decrease(&open_, found->second.address);
    children_.erase(found);
    return true;
}

int ChildTable::sessions_of(std::size_t socket) const {
    return static_cast<int>(
        std::count_if(children_.begin(), children_.end(),
                      [socket](const auto& entry) { return entry.second.socket == socket; }));
}

int ChildTable::arrivals_in(std::int64_t now) const {
    int count = 0;
    for (auto each = arrivals_.rbegin(); each != arrivals_.rend() && each->at == now; ++each) {
        ++count;
    }
    return count;
}

}  // namespace sm
