#include "libsm/traffic_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxRest = 65536;  // a longer line is logged in pieces
constexpr std::size_t kArrow = 3;

// One of the allowed globals (STYLE section 5): a log sink. -1: none.
int& sink() {
    static int fd = -1;
    return fd;
}

// "07910 ", as wide as it must be.
std::string process_prefix() {
    const std::string pid = cat(::getpid());
    return cat(pid.size() < 5 ? std::string(5 - pid.size(), '0') : std::string(), pid, ' ');
}

void write_line(std::string_view prefix, std::string_view mark, std::string_view text,
                std::string* out) {
    append(*out, prefix, mark, ' ', text, '\n');
}

// Whether the first line is one of ours: digits and one of the marks.
bool is_traffic_log(int fd) {
    std::array<char, 16> start{};
    const ssize_t got = ::pread(fd, start.data(), start.size(), 0);
    if (got <= 0) return got == 0;
    const std::string_view text(start.data(), static_cast<std::size_t>(got));
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos || blank < 5) return false;
    const std::string_view mark = text.substr(blank + 1, kArrow);
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(blank), is_digit) &&
           (mark == "<<<" || mark == ">>>" || mark == "===");
}

Error cannot_open(const std::string& path, std::string_view why) {
    return make_error(Exit::kCantCreate, cat("cannot open ", path, ": ", why));
}

Status check_owner(const std::string& path, int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return cannot_open(path, std::strerror(errno));
    if (S_ISCHR(info.st_mode)) return {};
    if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid() || info.st_nlink > 1 ||
        !is_traffic_log(fd)) {
        return cannot_open(path, "it is there and is no traffic log of yours; name a new file");
    }
    return {};
}

}  // namespace

Status open_traffic_log(const std::string& path) {
    if (path == "/dev/stdout" || path == "/dev/stderr") {
        const int copy = ::fcntl(path == "/dev/stdout" ? STDOUT_FILENO : STDERR_FILENO,
                                 F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (copy < 0) return cannot_open(path, "it is closed");
        sink() = copy;
        return {};
    }
    constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    auto opened = open_file(path, kFlags, 0600);
    if (!opened.ok()) return cannot_open(path, std::strerror(opened.error().sys_errno));
    if (::geteuid() != 0) SM_CHECK_OK(check_owner(path, opened->get()));
    sink() = opened->release();
    return {};
}

bool traffic_logged() {
    return sink() >= 0;
}

void log_traffic(Traffic way, std::string_view lines) {
    if (!traffic_logged()) return;
    const std::string prefix = process_prefix();
    std::string out;
    do {
        const std::size_t end = lines.find('\n');
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        if (way == Traffic::kOut && line.ends_with('\r')) line.remove_suffix(1);
        write_line(prefix, way == Traffic::kIn ? "<<<" : ">>>", line, &out);
    } while (!lines.empty());
    static_cast<void>(write_all(sink(), out));
}

void log_traffic_event(std::string_view text) {
    if (!traffic_logged()) return;
    std::string out;
    write_line(process_prefix(), "===", text, &out);
    static_cast<void>(write_all(sink(), out));
}

void TrafficLines::take(std::string_view octets) {
    if (!traffic_logged()) return;
    rest_ += octets;
    const std::size_t end = rest_.rfind('\n');
    if (end != std::string::npos) {
        log_traffic(way_, std::string_view(rest_).substr(0, end + 1));
        rest_.erase(0, end + 1);
    } else if (rest_.size() > kMaxRest) {
        this->end();
    }
}

void TrafficLines::end() {
    if (!rest_.empty()) log_traffic(way_, rest_);
    rest_.clear();
}

}  // namespace sm
