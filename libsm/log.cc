#include "libsm/log.h"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct LogState {
    std::string tag = "sendmail";
    int level = 9;
    int fd = -1;  // -1: syslog
    bool opened = false;
};

// One of the allowed globals (STYLE section 5): the log sink.
LogState& state() {
    static LogState the_state;
    return the_state;
}

std::string file_line(const LogState& log, std::string_view text) {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 32> stamp{};
    const std::size_t length = std::strftime(stamp.data(), stamp.size(), "%b %e %T", &local);
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '-';
    std::string_view short_host(host.data());
    short_host = short_host.substr(0, short_host.find('.'));
    return cat(std::string_view(stamp.data(), length), ' ', short_host, ' ', log.tag, '[',
               ::getpid(), "]: ", text, '\n');
}

}  // namespace

void log_open_syslog(std::string_view tag) {
    LogState& log = state();
    log.tag = tag;
    log.fd = -1;
    log.opened = true;
    // openlog keeps the pointer: the string lives in `state()`.
    ::openlog(log.tag.c_str(), LOG_PID, LOG_MAIL);
}

Status log_open_file(const std::string& path, std::string_view tag) {
    LogState& log = state();
    if (path == "-") {
        log.fd = STDOUT_FILENO;
    } else {
        SM_TRY(UniqueFd fd, open_file(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0640));
        if (log.fd > STDERR_FILENO) ::close(log.fd);
        log.fd = fd.release();
    }
    log.tag = tag;
    log.opened = true;
    return {};
}

bool log_is_standard_output() {
    return state().fd == STDOUT_FILENO;
}

void log_set_level(int level) {
    state().level = level;
}
int log_level() {
    return state().level;
}

void log_message(LogPriority priority, std::string_view text) {
    LogState& log = state();
    if (log.fd >= 0) {
        const std::string line = file_line(log, text);
        static_cast<void>(write_all(log.fd, line));
        return;
    }
    if (!log.opened) log_open_syslog(log.tag);
    ::syslog(static_cast<int>(priority), "%.*s", static_cast<int>(text.size()), text.data());
}

void log_at(int level, LogPriority priority, std::string_view text) {
    if (level <= state().level) log_message(priority, text);
}

}  // namespace sm
