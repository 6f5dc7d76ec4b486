// The statistics file: 1448 octets on 64-bit systems, native byte order: magic, version, start
// time, size, three connection counters and seven counters for each of 25 mailers. Shared by
// sendmail, mailstats and the reference program. Formats only, no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sm {

inline constexpr std::size_t kStatsMailers = 25;
inline constexpr std::size_t kStatsFileSize = 1448;

struct StatsRecord {
    using PerMailer = std::array<std::int64_t, kStatsMailers>;
    std::int64_t since = 0;  // epoch seconds
    std::int64_t connections_in = 0;
    std::int64_t connections_out = 0;
    std::int64_t connections_rejected = 0;
    PerMailer messages_from{};  // by number of the mailer
    PerMailer kbytes_from{};
    PerMailer messages_to{};
    PerMailer kbytes_to{};
    PerMailer rejected{};
    PerMailer discarded{};
    PerMailer quarantined{};

    // Adds all counters of `other`.
    void add(const StatsRecord& other);
    [[nodiscard]] bool has_counts() const;
};

// Octets as the file counts them: rounded up to 1024.
[[nodiscard]] constexpr std::int64_t stats_kbytes(std::int64_t octets) {
    return (octets + 1023) / 1024;
}

[[nodiscard]] std::string encode_stats(const StatsRecord& record);

inline constexpr std::int32_t kStatsVersion = 4;
// The version that the header of a file names.
[[nodiscard]] std::int32_t stats_version(std::string_view data);

enum class StatsProblem { kNone, kEmpty, kSize, kMagic, kVersion };
// Reads a whole file; what is behind the record is ignored. kEmpty: no octets yet, *record is all
// zero. The header of a file that is cut short counts as filled up with zeros.
[[nodiscard]] StatsProblem decode_stats(std::string_view data, StatsRecord* record);

}  // namespace sm
