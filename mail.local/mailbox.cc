#include "mail.local/mailbox.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <utility>
#include <vector>

#include "libsm/clock.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::seconds kStaleLock{300};

Error temporary(std::string_view what, int number) {
    Error error = os_error(what, number);
    error.code = Exit::kTempFail;
    return error;
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "";
}

// What a lock file of ours says: "0" for other programs, which then go by its age, and who made it.
std::string lock_text() {
    return cat("0\n", host_name(), ' ', static_cast<long>(::getpid()), '\n');
}

// Made by a process of this machine that is no more: nobody will remove it.
bool maker_is_gone(const std::string& path) {
    const auto text = read_file(path, 4096);
    if (!text.ok()) return false;
    std::string_view rest = *text;
    if (next_word(rest) != "0" || next_word(rest) != host_name()) return false;
    const auto pid = parse_int(next_word(rest));
    return pid && *pid > 0 && ::kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH;
}

bool is_stale(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
    const bool old = std::time(nullptr) - info.st_mtime > kStaleLock.count();
    if (!old && !maker_is_gone(path)) return false;
    struct stat now {};
    return ::lstat(path.c_str(), &now) == 0 && now.st_ino == info.st_ino;
}

// Makes the lock file whole: a name of our own first, then the link that only one can make.
Status make_lock_file(const std::string& path) {
    const std::string own = cat(path, '.', static_cast<long>(::getpid()));
    ::unlink(own.c_str());
    SM_TRY(UniqueFd fd, open_file(own, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444));
    const ScopedPath remove_own(own);
    SM_CHECK_OK(write_all(fd.get(), lock_text()));
    if (::link(own.c_str(), path.c_str()) != 0) return os_error(path, errno);
    return {};
}

// FILE.lock, removed by its owner.
class DotLock {
  public:
    // No lock file is no error where the directory cannot be written: the other two locks remain.
    [[nodiscard]] static Result<DotLock> take(const std::string& mailbox, Deadline deadline) {
        const std::string path = mailbox + ".lock";
        for (;;) {
            const Status made = make_lock_file(path);
            if (made.ok()) return DotLock(ScopedPath(path));
            const int number = made.error().sys_errno;
            if (number == EACCES || number == EROFS || number == EPERM) return DotLock({});
            if (number != EEXIST) return temporary(path, number);
            if (is_stale(path)) {
                ::unlink(path.c_str());
                continue;
            }
            if (deadline.passed()) return make_error(Exit::kTempFail, cat(path, " exists"));
            sleep_for(std::chrono::milliseconds(100));
        }
    }

  private:
    explicit DotLock(ScopedPath path) : path_(std::move(path)) {}
    ScopedPath path_;
};

Result<UniqueFd> open_mailbox(const MailboxOwner& owner) {
    constexpr int kFlags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    auto fd = open_file(owner.path, kFlags);
    if (!fd.ok() && fd.error().sys_errno == ENOENT) {
        fd = open_file(owner.path, kFlags | O_CREAT | O_EXCL, 0600);
        if (fd.ok() && ::geteuid() == 0 &&
            ::fchown(fd->get(), owner.uid, static_cast<gid_t>(-1)) != 0) {
            const int number = errno;
            ::unlink(owner.path.c_str());
            return temporary(cat("chown ", owner.path), number);
        }
    }
    if (!fd.ok()) {
        const int number = fd.error().sys_errno;
        if (number == ELOOP) {
            return make_error(Exit::kCantCreate, cat(owner.path, " is a symbolic link"));
        }
        return temporary(owner.path, number);
    }
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0) return temporary(owner.path, errno);
    if (!S_ISREG(info.st_mode) || info.st_nlink != 1 || info.st_uid != owner.uid) {
        return make_error(Exit::kCantCreate, cat(owner.path, " is not a plain file of ", owner.name,
                                                 " with one link: correct its owner and links"));
    }
    return std::move(fd).value();
}

Status lock_file(int fd, const std::string& path, Deadline deadline) {
    for (;;) {
        struct flock whole {};
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        if (::fcntl(fd, F_SETLK, &whole) == 0) break;
        if (errno != EACCES && errno != EAGAIN && errno != EINTR) {
            return temporary(cat("lock ", path), errno);
        }
        if (deadline.passed()) return make_error(Exit::kTempFail, cat(path, " is locked"));
        sleep_for(std::chrono::milliseconds(50));
    }
    SM_TRY(const bool locked, lock_until(fd, LockMode::kExclusive, deadline));
    if (!locked) return make_error(Exit::kTempFail, cat(path, " is locked"));
    return {};
}

Status copy_message(int from, int to, const std::string& path) {
    std::array<char, 65536> buffer{};
    off_t at = 0;
    for (;;) {
        const ssize_t count = ::pread(from, buffer.data(), buffer.size(), at);
        if (count == 0) break;
        if (count < 0) {
            if (errno == EINTR) continue;
            return temporary("read message", errno);
        }
        SM_CHECK_OK(
            write_all(to, std::string_view(buffer.data(), static_cast<std::size_t>(count))));
        at += count;
    }
    return sync_fd(to, path);
}

std::string mailbox_path(const std::string& user, const std::string& home,
                         const MailboxOptions& options) {
    if (!options.home_file.empty()) return cat(home, '/', options.home_file);
    std::string path = options.spool;
    for (int i = 0; i < options.hash_levels; ++i) {
        const auto at = static_cast<std::size_t>(i);
        append(path, '/', at < user.size() ? user[at] : '_');
    }
    return cat(path, '/', user);
}

}  // namespace

Result<MailboxOwner> find_mailbox(const std::string& user, const MailboxOptions& options) {
    if (user.empty() || user.front() == '.' || user.find('/') != std::string::npos ||
        user.find('\0') != std::string::npos) {
        return make_error(Exit::kDataErr, cat(printable(user, 100), ": not a mailbox name"));
    }
    if (!options.check_user) {
        return MailboxOwner{user, ::geteuid(), ::getegid(), mailbox_path(user, "", options)};
    }
    std::vector<char> memory(16384);
    struct passwd entry {};
    struct passwd* found = nullptr;
    int number = 0;
    while ((number = ::getpwnam_r(user.c_str(), &entry, memory.data(), memory.size(), &found)) ==
           ERANGE) {
        memory.resize(memory.size() * 2);
    }
    if (found == nullptr) {
        if (number != 0 && number != ENOENT && number != ESRCH) {
            return temporary("user database", number);
        }
        return make_error(Exit::kNoUser, cat(printable(user, 100), ": unknown name"));
    }
    return MailboxOwner{user, entry.pw_uid, entry.pw_gid,
                        mailbox_path(user, entry.pw_dir, options)};
}

Status append_to_mailbox(const MailboxOwner& owner, int message_fd, const MailboxOptions& options) {
    const Deadline deadline = Deadline::in(options.lock_wait);
    SM_TRY(const DotLock dot_lock, DotLock::take(owner.path, deadline));
    SM_TRY(UniqueFd mailbox, open_mailbox(owner));
    SM_CHECK_OK(lock_file(mailbox.get(), owner.path, deadline));
    struct stat info {};
    if (::fstat(mailbox.get(), &info) != 0) return temporary(owner.path, errno);
    Status copied = copy_message(message_fd, mailbox.get(), owner.path);
    if (!copied.ok()) {
        Error error = std::move(copied).error();
        error.code = Exit::kTempFail;
        if (::ftruncate(mailbox.get(), info.st_size) != 0) {
            append(error.text, "; and the part written could not be removed");
        }
        return error;
    }
    if (info.st_size == 0) SM_CHECK_OK(sync_directory(directory_of(owner.path)));
    return mailbox.close();  // the locks end here
}

}  // namespace sm
