#include "libsm/parse_number.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "libsm/strings.h"

namespace sm {
namespace {

std::string two_digits(std::int64_t number) {
    return number < 10 ? cat('0', number) : cat(number);
}

}  // namespace

std::int64_t unit_seconds(char unit) {
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 3600;
        case 'd':
            return 86400;
        case 'w':
            return 604800;
        default:
            return 0;
    }
}

std::optional<std::int64_t> parse_int(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base) {
    if (base == 0) {
        base = 10;
        if (istarts_with(text, "0x")) {
            base = 16;
            text.remove_prefix(2);
        } else if (text.size() > 1 && text.front() == '0') {
            base = 8;
        }
    }
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

std::int64_t leading_int(std::string_view text) {
    text = trim_left(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) break;
        if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) {
            value = std::numeric_limits<std::int64_t>::max();
            break;
        }
        value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

std::optional<std::chrono::seconds> parse_timespan(std::string_view text, char default_unit,
                                                   char* bad_unit) {
    std::int64_t total = 0;
    text = trim(text);
    if (text.empty()) return {};
    while (!text.empty()) {
        std::int64_t number = 0;
        while (!text.empty() && is_digit(text.front())) {
            if (number > 1'000'000'000'000) return {};
            number = number * 10 + (text.front() - '0');
            text.remove_prefix(1);
        }
        char unit = default_unit;
        if (!text.empty()) {
            unit = text.front();
            text.remove_prefix(1);
        }
        const std::int64_t factor = unit_seconds(to_lower(unit));
        if (factor == 0) {
            if (bad_unit != nullptr) *bad_unit = unit;
            return {};
        }
        total += number * factor;
        text = trim_left(text);
    }
    return std::chrono::seconds(total);
}

std::string format_timespan(std::chrono::seconds span) {
    std::int64_t left = span.count() < 0 ? 0 : span.count();
    const std::int64_t days = left / 86400;
    left %= 86400;
    std::string out = days > 0 ? cat(days, '+') : std::string();
    return out + two_digits(left / 3600) + ':' + two_digits(left / 60 % 60) + ':' +
           two_digits(left % 60);
}

std::string describe_timespan(std::chrono::seconds span) {
    static constexpr std::array<std::pair<std::int64_t, std::string_view>, 5> kUnits = {
        {{604800, "week"}, {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};
    std::int64_t left = span.count();
    std::string out;
    for (const auto& [seconds, word] : kUnits) {
        const std::int64_t count = left / seconds;
        left %= seconds;
        if (count == 0) continue;
        if (!out.empty()) out += ' ';
        append(out, count, ' ', word, count == 1 ? "" : "s");
    }
    return out.empty() ? "0 seconds" : out;
}

}  // namespace sm
