#include "sendmail/deliver/host_status.h"

#include <sys/stat.h>
#include <unistd.h>

#include "libsm/files.h"
#include "sendmail/privileged/host_status_files.h"

namespace sm {
namespace {

constexpr std::size_t kMaxFile = 8192;
constexpr std::size_t kMaxKnown = 10000;
// Long enough for a reader to be done with the file.
constexpr std::chrono::milliseconds kReadersTime{200};

// Over the old text in one write, cut to its length afterwards: what follows the last line of the
// form does not count.
void overwrite(int fd, const std::string& text) {
    if (::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return;
    static_cast<void>(::ftruncate(fd, static_cast<off_t>(text.size())));
}

}  // namespace

HostStatusTable::HostStatusTable(const Options& options, const Clock& clock)
    : on_disk_(!host_status_directory(options).empty()),
      single_(options.single_thread_delivery),
      lifetime_(options.timeouts.hoststatus.count()),
      clock_(clock) {}

std::optional<HostStatus> HostStatusTable::find(std::string_view host, const Opener& open) {
    const auto known = known_.find(host);
    std::optional<HostStatus> status;
    if (known != known_.end()) status = known->second;
    if (on_disk_ && open) {
        const auto file = open(host, false);
        const auto text =
            file.ok() ? read_all(file->get(), kMaxFile) : Result<std::string>(file.error());
        const auto stored = text.ok() ? decode_host_status(*text) : std::nullopt;
        if (stored && (!status || stored->when > status->when)) status = stored;
    }
    if (!status || clock_.now() - status->when > lifetime_) return std::nullopt;
    return status;
}

void HostStatusTable::store(std::string_view host, HostStatus status, const Opener& open,
                            const Lock& lock) {
    status.when = clock_.now();
    if (known_.size() >= kMaxKnown) known_.clear();
    known_.insert_or_assign(std::string(host), status);
    if (!on_disk_ || !open) return;
    if (lock) return overwrite(lock->get(), encode_host_status(status));
    const auto file = open(host, true);
    if (!file.ok()) return;
    const auto locked = lock_until(file->get(), LockMode::kExclusive, Deadline::in(kReadersTime));
    if (locked.ok() && *locked) overwrite(file->get(), encode_host_status(status));
}

bool HostStatusTable::lock_host(std::string_view host, const Opener& open, Lock* lock) const {
    if (!on_disk_ || !single_ || !open) return true;
    constexpr int kAttempts = 5;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        auto file = open(host, true);
        if (!file.ok()) return true;  // no directory that may be used: nothing is locked
        const auto locked =
            lock_until(file->get(), LockMode::kExclusive, Deadline::in(kReadersTime));
        if (!locked.ok() || !*locked) return false;
        struct stat info {};
        if (::fstat(file->get(), &info) != 0 || info.st_nlink == 0) continue;  // removed meanwhile
        *lock = std::make_shared<const UniqueFd>(std::move(file).value());
        return true;
    }
    return false;
}

}  // namespace sm
