// Counting for the statistics file (option StatusFile): a process counts in memory and adds its
// counters to the file now and then, and when it ends. Statistics never disturb mail: a file that
// cannot be used is reported once and forgotten.
#pragma once

#include <string>

#include "libcf/config.h"
#include "libmail/stats_record.h"
#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

class Statistics {
  public:
    void connection_in() { ++counts_.connections_in; }
    void connection_out() { ++counts_.connections_out; }
    void connection_rejected() { ++counts_.connections_rejected; }
    // mailer: MailerSpec::number; numbers that the file has no room for are not counted.
    // octets: size of the message.
    void message_from(int mailer, std::int64_t octets);
    void message_to(int mailer, std::int64_t octets);
    void rejected(int mailer);
    void discarded(int mailer);
    void quarantined(int mailer);

    // Adds the counters to the file, under its lock, and clears them. A file that does not exist
    // is not made: that is how statistics are turned off. An empty one is filled.
    // fd: open for reading and writing. Or the file that the option names, opened safely.
    [[nodiscard]] Status post(int fd, const Clock& clock);
    [[nodiscard]] Status post(const Config& config, const Clock& clock);

    [[nodiscard]] const StatsRecord& counts() const { return counts_; }
    void clear() { counts_ = StatsRecord{}; }

  private:
    StatsRecord counts_;
};

}  // namespace sm
