#include "libmail/queue_id.h"

#include <array>
#include <ctime>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
constexpr std::size_t kTimeAndSequence = 8;
constexpr std::size_t kMinPidDigits = 6;
constexpr std::size_t kMaxLength = 20;

char digit(int value) {
    return kDigits[static_cast<std::size_t>(value % 60)];
}

}  // namespace

QueueId QueueId::make(std::int64_t now, int sequence, pid_t pid) {
    const std::time_t seconds = now;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    const std::array values = {utc.tm_year, utc.tm_mon, utc.tm_mday,   utc.tm_hour,
                               utc.tm_min,  utc.tm_sec, sequence / 60, sequence};
    std::string text;
    for (const int value : values) text += digit(value);
    const std::string number = cat(static_cast<long>(pid));
    if (number.size() < kMinPidDigits) text.append(kMinPidDigits - number.size(), '0');
    return QueueId(text + number);
}

bool QueueId::valid() const {
    if (text_.size() < kTimeAndSequence + 1 || text_.size() > kMaxLength) return false;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        const char c = text_[i];
        if (i < kTimeAndSequence ? kDigits.find(c) == std::string_view::npos : !is_digit(c)) {
            return false;
        }
    }
    return true;
}

}  // namespace sm
