// Dates as they stand in headers (RFC 5322 section 3.3), queue file names and message ids.
#pragma once

#include <cstdint>
#include <string>

namespace sm {

// "Sun, 22 Nov 2026 05:03:02 GMT", or with "+0100 (CET)" where local time is not UTC. ($b, Date:)
[[nodiscard]] std::string rfc822_date(std::int64_t now);

// "Sun Nov 22 05:03:02 2026", local time. ($d)
[[nodiscard]] std::string ctime_date(std::int64_t now);

// "202611220503", UTC. ($t)
[[nodiscard]] std::string utc_stamp(std::int64_t now);

}  // namespace sm
