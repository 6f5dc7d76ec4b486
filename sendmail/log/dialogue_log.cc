#include "sendmail/log/dialogue_log.h"

#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kLevel = 15;
constexpr std::size_t kMaxLine = 500;

void log_line(std::string_view id, std::string_view arrow, std::string_view line) {
    log_at(kLevel, LogPriority::kInfo,
           cat(id.empty() ? "NOQUEUE" : id, ": ", arrow, " ", printable(line, kMaxLine)));
}

}  // namespace

bool dialogue_logged() {
    return log_level() >= kLevel;
}

void log_command(std::string_view id, std::string_view line) {
    if (dialogue_logged()) log_line(id, "<--", line);
}

void log_reply(std::string_view id, std::string_view wire) {
    if (!dialogue_logged()) return;
    while (!wire.empty()) {
        const std::size_t end = wire.find("\r\n");
        log_line(id, "---", wire.substr(0, end));
        wire.remove_prefix(end == std::string_view::npos ? wire.size() : end + 2);
    }
}

}  // namespace sm
