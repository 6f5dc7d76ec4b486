#include "libsm/clock.h"

#include <algorithm>
#include <ctime>
#include <limits>
#include <thread>

namespace sm {
namespace {

class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t now() const override { return std::time(nullptr); }
};

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

Deadline Deadline::sooner(const Deadline& other) const {
    if (!at_) return other;
    if (!other.at_) return *this;
    return Deadline{std::min(*at_, *other.at_)};
}

bool Deadline::passed() const {
    return at_ && Steady::now() >= *at_;
}

int Deadline::poll_timeout() const {
    if (!at_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - Steady::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void sleep_for(std::chrono::milliseconds span) {
    std::this_thread::sleep_for(span);
}

}  // namespace sm
