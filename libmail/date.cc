#include "libmail/date.h"

#include <array>
#include <ctime>
#include <string_view>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string padded(int number, std::size_t width, char fill = '0') {
    std::string out = cat(number);
    if (out.size() < width) out.insert(0, width - out.size(), fill);
    return out;
}

std::tm local_time(std::int64_t now) {
    const auto when = static_cast<std::time_t>(now);
    std::tm parts{};
    ::localtime_r(&when, &parts);
    return parts;
}

std::string_view name_of(const std::array<std::string_view, 12>& names, int index) {
    return names[static_cast<std::size_t>(index)];
}

std::string zone(const std::tm& parts) {
    if (parts.tm_gmtoff == 0) return "GMT";
    const long minutes = (parts.tm_gmtoff < 0 ? -parts.tm_gmtoff : parts.tm_gmtoff) / 60;
    return cat(parts.tm_gmtoff < 0 ? '-' : '+', padded(static_cast<int>(minutes / 60), 2),
               padded(static_cast<int>(minutes % 60), 2), " (", parts.tm_zone, ")");
}

std::string clock_time(const std::tm& parts) {
    return cat(padded(parts.tm_hour, 2), ':', padded(parts.tm_min, 2), ':',
               padded(parts.tm_sec, 2));
}

}  // namespace

std::string rfc822_date(std::int64_t now) {
    const std::tm parts = local_time(now);
    return cat(kDays[static_cast<std::size_t>(parts.tm_wday)], ", ", parts.tm_mday, ' ',
               name_of(kMonths, parts.tm_mon), ' ', parts.tm_year + 1900, ' ', clock_time(parts),
               ' ', zone(parts));
}

std::string ctime_date(std::int64_t now) {
    const std::tm parts = local_time(now);
    return cat(kDays[static_cast<std::size_t>(parts.tm_wday)], ' ', name_of(kMonths, parts.tm_mon),
               ' ', padded(parts.tm_mday, 2, ' '), ' ', clock_time(parts), ' ',
               parts.tm_year + 1900);
}

std::string utc_stamp(std::int64_t now) {
    const auto when = static_cast<std::time_t>(now);
    std::tm parts{};
    ::gmtime_r(&when, &parts);
    return cat(parts.tm_year + 1900, padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2),
               padded(parts.tm_hour, 2), padded(parts.tm_min, 2));
}

}  // namespace sm
