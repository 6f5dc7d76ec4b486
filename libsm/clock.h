// Time. Wall-clock seconds go into files, headers and logs; waits use the monotonic clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace sm {

class Clock {
  public:
    virtual ~Clock() = default;
    // Seconds since the epoch.
    [[nodiscard]] virtual std::int64_t now() const = 0;
};

// The system's clock; the object lives as long as the program.
[[nodiscard]] const Clock& system_clock();

// A point in time on the monotonic clock by which a wait must be over.
class Deadline {
  public:
    using Steady = std::chrono::steady_clock;

    // Never passes.
    [[nodiscard]] static Deadline never() { return Deadline{}; }
    [[nodiscard]] static Deadline in(std::chrono::milliseconds span) {
        return Deadline{Steady::now() + span};
    }

    // A deadline at the earlier of both points.
    [[nodiscard]] Deadline sooner(const Deadline& other) const;

    [[nodiscard]] bool passed() const;
    [[nodiscard]] bool is_never() const { return !at_.has_value(); }
    // For poll(2): milliseconds left, rounded up, 0 when passed, -1 for never.
    [[nodiscard]] int poll_timeout() const;

  private:
    Deadline() = default;
    explicit Deadline(Steady::time_point at) : at_(at) {}
    std::optional<Steady::time_point> at_;
};

// Sleeps; wakes early only when `deadline` is nearer. Interrupted sleeps go on.
void sleep_for(std::chrono::milliseconds span);

}  // namespace sm
