// What mailstats prints, byte for byte that of the reference program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmail/stats_record.h"

namespace sm {

struct StatsReportOptions {
    bool for_programs = false;  // -P, -p
    bool names = true;          // not -o
};

// names: of the mailers, by number; shorter than the table: the rest are nameless.
[[nodiscard]] std::string stats_report(const StatsRecord& record,
                                       const std::vector<std::string>& names,
                                       const StatsReportOptions& options, std::int64_t now);

// What mailstats takes from a configuration.
struct StatsSettings {
    std::optional<std::string> file;   // option StatusFile, may be ""
    std::vector<std::string> mailers;  // by number: the internal ones first
};
[[nodiscard]] StatsSettings stats_settings(std::string_view cf_text);

}  // namespace sm
