#include "sendmail/deliver/host_status.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxFile = 8192;
constexpr std::size_t kMaxKnown = 10000;

bool make_directories(const std::string& path, std::size_t from) {
    for (std::size_t slash = path.find('/', from); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        const std::string part = path.substr(0, slash);
        if (::mkdir(part.c_str(), kDirectoryMode) != 0 && errno != EEXIST) return false;
    }
    return true;
}

}  // namespace

HostStatusTable::HostStatusTable(const Options& options, const Clock& clock)
    : directory_(options.host_status_directory),
      lifetime_(options.timeouts.hoststatus.count()),
      clock_(clock) {
    if (!directory_.empty() && directory_.front() != '/') {
        // Relative to the queue directory; "mqueue*" stands for several in one directory.
        const std::string& queue = options.queue_directory;
        const std::string base = queue.find('*') == std::string::npos ? queue : directory_of(queue);
        directory_ = queue.empty() ? std::string() : cat(base, '/', directory_);
    }
}

std::string HostStatusTable::relative_path(std::string_view host) {
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
        append(out, lower(labels[i]), i > 0 ? "./" : "");
    }
    return out;
}

std::string HostStatusTable::encode(const HostStatus& status) {
    std::string out = cat("V0\nE", status.sys_errno, "\nH", status.unknown_host ? 1 : 0, "\nS",
                          static_cast<int>(status.status), '\n');
    if (!status.dsn.empty()) append(out, 'D', status.dsn, '\n');
    const bool reply = !status.text.empty() && is_digit(status.text.front());
    if (reply) append(out, 'R', printable(status.text), '\n');
    append(out, 'U', status.when, "\n.\n");
    return out;
}

std::optional<HostStatus> HostStatusTable::decode(std::string_view text) {
    HostStatus out;
    for (const std::string_view line : split(text, '\n')) {
        if (line == ".") return out;
        if (line.empty()) continue;
        const std::string_view value = line.substr(1);
        const std::int64_t number = parse_int(value).value_or(0);
        switch (line.front()) {
            case 'E':
                out.sys_errno = static_cast<int>(number);
                break;
            case 'H':
                out.unknown_host = number == 1;
                break;
            case 'S':
                out.status = static_cast<Exit>(number & 0xFF);
                break;
            case 'D':
                out.dsn = value;
                break;
            case 'R':
                out.text = printable(value);
                break;
            case 'U':
                out.when = number;
                break;
            default:
                break;
        }
    }
    return std::nullopt;  // cut: without its last line
}

std::optional<HostStatus> HostStatusTable::read(std::string_view host) const {
    const std::string relative = relative_path(host);
    if (directory_.empty() || relative.empty()) return std::nullopt;
    const auto text = read_file(cat(directory_, '/', relative), kMaxFile);
    return text.ok() ? decode(text.value()) : std::nullopt;
}

std::optional<HostStatus> HostStatusTable::find(std::string_view host) {
    const auto known = known_.find(host);
    std::optional<HostStatus> status;
    if (known != known_.end()) status = known->second;
    if (const auto stored = read(host); stored && (!status || stored->when > status->when)) {
        status = stored;
    }
    if (!status || clock_.now() - status->when > lifetime_) return std::nullopt;
    return status;
}

void HostStatusTable::store(std::string_view host, HostStatus status) {
    status.when = clock_.now();
    if (known_.size() >= kMaxKnown) known_.clear();
    known_.insert_or_assign(std::string(host), status);
    const std::string relative = relative_path(host);
    if (directory_.empty() || relative.empty()) return;
    const std::string path = cat(directory_, '/', relative);
    if (!make_directories(path, directory_.size() + 1)) return;
    auto fd = open_file(path, O_WRONLY | O_CREAT | O_NOFOLLOW, kFileMode);
    if (!fd.ok()) return;
    const auto locked = try_lock(fd.value().get(), LockMode::kExclusive);
    if (!locked.ok() || !locked.value()) return;
    if (::ftruncate(fd.value().get(), 0) != 0) return;
    static_cast<void>(write_all(fd.value().get(), encode(status)));
}

}  // namespace sm
