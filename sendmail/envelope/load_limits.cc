#include "sendmail/envelope/load_limits.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sm {
namespace {

std::int64_t processors() {
    return std::max<std::int64_t>(1, ::sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace

int load_average() {
    double value = 0;
    return ::getloadavg(&value, 1) == 1 ? static_cast<int>(std::lround(value)) : 0;
}

std::int64_t queue_load_limit(const Options& options, std::optional<int> of_daemon) {
    if (of_daemon) return *of_daemon;
    return options.queue_la == kByProcessors ? 8 * processors() : options.queue_la;
}

std::optional<std::int64_t> refuse_load_limit(const Options& options,
                                              std::optional<int> of_daemon) {
    std::int64_t limit = of_daemon ? *of_daemon : options.refuse_la;
    if (limit == kByProcessors) limit = 12 * processors();
    return limit > 0 ? std::optional(limit) : std::nullopt;
}

std::optional<std::int64_t> delay_load_limit(const Options& options, std::optional<int> of_daemon) {
    const std::int64_t limit = of_daemon ? *of_daemon : options.delay_la;
    return limit > 0 ? std::optional(limit) : std::nullopt;
}

bool waits_for_load(const Options& options, std::optional<int> of_daemon, std::int64_t priority,
                    int load) {
    const std::int64_t limit = queue_load_limit(options, of_daemon);
    if (load < limit) return false;
    return priority > options.queue_factor / (load - limit + 1);
}

bool run_waits_for_load(const Options& options, int load) {
    return waits_for_load(options, std::nullopt, options.recipient_factor, load);
}

}  // namespace sm
