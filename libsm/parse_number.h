// Numbers and time spans from text. Nothing wraps: out of range is absent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sm {

// All of `text` as a decimal number (optional leading '-'); nullopt: empty, other characters, or
// out of range.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text);

// As parse_int; base 8, 10 or 16, or 0 for the C rules (0x.., 0.., else decimal). No sign.
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base = 10);

// The leading digits of `text` (after white space and a sign), as atoi(3) would; 0 when there are
// none, clamped to the range of the type. For option values, where trailing text is tolerated.
[[nodiscard]] std::int64_t leading_int(std::string_view text);

// Seconds in a unit of time spans: s m h d w; 0: not one.
[[nodiscard]] std::int64_t unit_seconds(char unit);

// "2h30m", "5d", "90": digits with units s m h d w, `default_unit` ('s' 'm' 'h' 'd' 'w') for a
// number without one. nullopt: empty or an unknown unit (stored in *bad_unit if given).
// Source: operations guide, section on option types.
[[nodiscard]] std::optional<std::chrono::seconds> parse_timespan(std::string_view text,
                                                                 char default_unit,
                                                                 char* bad_unit = nullptr);

// "1+02:03:04" / "02:03:04": the form of delay= in logs and of retry times in reports.
[[nodiscard]] std::string format_timespan(std::chrono::seconds span);

// "3 days", "1 hour 5 minutes": words, for DSN text.
[[nodiscard]] std::string describe_timespan(std::chrono::seconds span);

}  // namespace sm
