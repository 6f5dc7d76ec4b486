#include "libmail/host_status.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kHostWidth = 39;
constexpr std::size_t kTimeWidth = 12;
constexpr std::size_t kResultWidth = 25;
constexpr std::size_t kMaxText = 1000;

bool take_line(std::string_view line, HostStatus* out) {
    const std::string_view value = line.substr(1);
    const std::int64_t number = parse_int(value).value_or(0);
    switch (line.front()) {
        case 'V':
            break;
        case 'E':
            out->sys_errno = static_cast<int>(std::clamp<std::int64_t>(number, 0, 4095));
            break;
        case 'H':
            out->unknown_host = number == 1;
            break;
        case 'S':
            out->status = static_cast<int>(std::clamp<std::int64_t>(number, 0, 255));
            break;
        case 'D':
            out->dsn = printable(value.substr(0, kMaxText));
            break;
        case 'R':
            out->text = printable(value.substr(0, kMaxText));
            break;
        case 'U':
            out->when = number;
            break;
        default:
            return false;
    }
    return true;
}

std::string padded(std::string_view text, std::size_t width, bool right) {
    const std::string gap(width > text.size() ? width - text.size() : 0, ' ');
    return right ? cat(gap, text) : cat(text, gap);
}

// "00:01:00", "12+23:59:59". A time to come counts as now.
std::string age_text(std::int64_t seconds) {
    constexpr std::int64_t kDay = 86400;
    seconds = std::max<std::int64_t>(seconds, 0);
    std::array<char, 64> text{};
    const auto hours = static_cast<int>(seconds % kDay / 3600);
    const auto minutes = static_cast<int>(seconds / 60 % 60);
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", hours, minutes,
                  static_cast<int>(seconds % 60));
    return seconds >= kDay ? cat(seconds / kDay, '+', text.data()) : std::string(text.data());
}

}  // namespace

std::string encode_host_status(const HostStatus& status) {
    std::string out = cat("V0\nE", status.sys_errno, "\nH", status.unknown_host ? 1 : 0, "\nS",
                          status.status, '\n');
    if (!status.dsn.empty()) append(out, 'D', printable(status.dsn), '\n');
    if (!status.text.empty()) append(out, 'R', printable(status.text.substr(0, kMaxText)), '\n');
    append(out, 'U', status.when, "\n.\n");
    return out;
}

std::optional<HostStatus> decode_host_status(std::string_view text) {
    if (text.empty()) return std::nullopt;
    HostStatus out;
    for (const std::string_view line : split(text, '\n')) {
        if (line == ".") break;
        if (!line.empty() && !take_line(line, &out)) return std::nullopt;
    }
    return out;
}

std::string host_status_path(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    std::string out;
    const auto labels = split(host, '.');
    for (std::size_t i = labels.size(); i-- > 0;) {
        if (labels[i].empty()) continue;
        for (const char c : labels[i]) {
            if (!is_alnum(c) && c != '-' && c != '_' && c != ':') return {};
        }
        // What follows the directories is the file: "a..b" has no empty directory.
        append(out, lower(labels[i]), i > 0 ? "./" : "");
    }
    return out.ends_with('/') ? std::string() : out;
}

std::string host_of_status_path(std::string_view path) {
    std::string out;
    const auto pieces = split(path, '/');
    for (std::size_t i = pieces.size(); i-- > 0;) {
        std::string_view piece = pieces[i];
        const bool file = i + 1 == pieces.size();
        if (!file && !piece.ends_with('.')) continue;
        if (piece.ends_with('.')) piece.remove_suffix(1);
        append(out, file ? "" : ".", piece);
    }
    return out;
}

std::string host_status_words(const HostStatus& status) {
    if (!status.text.empty()) return status.text;
    const std::string why =
        status.sys_errno == 0 ? std::string() : cat(": ", std::strerror(status.sys_errno));
    if (status.good()) return cat("OK", why);
    const ExitInfo* info = find_exit_info(status.status);
    if (info == nullptr) return cat("Unknown mailer error ", status.status);
    if (info->code == Exit::kTempFail && !why.empty()) return cat(info->text, why);
    return cat(info->dsn, ' ', info->text);
}

std::string_view host_status_heading() {
    return " -------------- Hostname --------------- How long ago ---------Results---------";
}

std::string host_status_line(std::string_view host, const HostStatus& status, std::int64_t now,
                             bool locked, bool full) {
    const std::string words = printable(host_status_words(status));
    return cat(locked ? '*' : ' ', padded(printable(host), kHostWidth, false), ' ',
               padded(age_text(now - status.when), kTimeWidth, true), ' ',
               full ? words : words.substr(0, kResultWidth));
}

}  // namespace sm
