// The load average and what it holds up: QueueLA, QueueFactor, DelayLA, RefuseLA. Whoever asks
// gives the load, so that tests choose it. Source: operations guide 5.6 and 4.5.
#pragma once

#include <cstdint>
#include <optional>

#include "libcf/options.h"

namespace sm {

// Of the last minute, rounded; 0 where the system does not tell.
[[nodiscard]] int load_average();

// Option or per-daemon value; nullopt: no limit. An option that is not set is a multiple of the
// processors for QueueLA (8) and RefuseLA (12), and off for DelayLA; 0 is off but for QueueLA.
[[nodiscard]] std::int64_t queue_load_limit(const Options& options, std::optional<int> of_daemon);
[[nodiscard]] std::optional<std::int64_t> refuse_load_limit(const Options& options,
                                                            std::optional<int> of_daemon);
[[nodiscard]] std::optional<std::int64_t> delay_load_limit(const Options& options,
                                                           std::optional<int> of_daemon);

// Whether a message of this priority (high: later) waits in the queue while the load is so high.
[[nodiscard]] bool waits_for_load(const Options& options, std::optional<int> of_daemon,
                                  std::int64_t priority, int load);
// The same for a queue run as a whole: the most urgent message would wait.
[[nodiscard]] bool run_waits_for_load(const Options& options, int load);

}  // namespace sm
