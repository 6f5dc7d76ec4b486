#include "sendmail/main/host_status_print.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "libmail/host_status.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/main/modes.h"
#include "sendmail/privileged/host_status_files.h"
#include "sendmail/queue/locked_inodes.h"

namespace sm {
namespace {

constexpr std::size_t kMaxFile = 8192;

using Inodes = std::set<std::pair<dev_t, ino_t>>;

bool is_locked(const Inodes& locked, const struct stat& info) {
    return locked.contains({info.st_dev, info.st_ino});
}

}  // namespace

std::string host_status_warning(const Options& options) {
    const std::string& given = options.host_status_directory;
    if (given.empty()) return {};
    if (options.connection_cache_size <= 0) {
        return "Warning: HostStatusDirectory disabled with ConnectionCacheSize = 0";
    }
    const Status usable = check_host_status_directory(options);
    // What an ordinary user cannot see is no fault of the directory.
    if (usable.ok() || (usable.error().code == Exit::kNoPerm && ::geteuid() != 0)) return {};
    return cat("Warning: Cannot use HostStatusDirectory = ", given, ": ", usable.error().text);
}

void print_host_status(const Options& options, std::int64_t now, bool full,
                       const std::function<void(std::string_view text)>& write) {
    const Inodes locked = locked_inodes();
    bool headed = false;
    walk_host_status(options, [&](const HostStatusEntry& entry) {
        if (entry.is_directory) return;
        constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
        const UniqueFd file(::openat(entry.directory, entry.name.c_str(), kFlags));
        struct stat info {};
        if (!file.valid() || ::fstat(file.get(), &info) != 0) return;
        const auto text = read_all(file.get(), kMaxFile);
        const auto status = text.ok() ? decode_host_status(*text) : std::nullopt;
        if (!status) {
            static_cast<void>(write_all(
                STDERR_FILENO, cat(options.host_status_directory, '/', printable(entry.path),
                                   ": could not read status file\n")));
            return;
        }
        if (!headed) write(cat(host_status_heading(), '\n'));
        headed = true;
        write(cat(host_status_line(host_of_status_path(entry.path), *status, now,
                                   is_locked(locked, info), full),
                  '\n'));
    });
}

void purge_host_status(const Options& options, std::int64_t now) {
    const Inodes locked = locked_inodes();
    const std::int64_t lifetime = options.timeouts.hoststatus.count();
    bool removed = false;
    walk_host_status(options, [&](const HostStatusEntry& entry) {
        struct stat info {};
        if (::fstatat(entry.directory, entry.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
        const bool old = now - info.st_mtime > lifetime;
        if (entry.is_directory) {
            // Not empty: it stays.
            if (removed || old) {
                static_cast<void>(::unlinkat(entry.directory, entry.name.c_str(), AT_REMOVEDIR));
            }
        } else if (old && !is_locked(locked, info)) {
            removed |= ::unlinkat(entry.directory, entry.name.c_str(), 0) == 0;
        }
    });
}

Exit host_status_mode(Invocation& invocation) {
    print_host_status(
        invocation.config->options, system_clock().now(), invocation.command.verbose,
        [](std::string_view text) { static_cast<void>(write_all(STDOUT_FILENO, text)); });
    return Exit::kOk;
}

Exit host_status_purge_mode(Invocation& invocation) {
    const auto& trusted = invocation.config->options.trusted_user_ids;
    const uid_t caller = ::getuid();
    if (caller != 0 && !(trusted && trusted->uid == caller) && invocation.command.cf_file.empty()) {
        static_cast<void>(write_all(STDERR_FILENO, "Permission denied (real uid not trusted)\n"));
        return Exit::kUsage;
    }
    purge_host_status(invocation.config->options, system_clock().now());
    return Exit::kOk;
}

}  // namespace sm
