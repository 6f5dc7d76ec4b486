#include "libsm/safe_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>

#include "libsm/strings.h"

namespace sm {
namespace {

using Links = SafeFilePolicy::Links;
using RootBits = SafeFilePolicy::RootBits;
using Writers = SafeFilePolicy::Writers;

constexpr int kMaxLinks = 40;

Error refused(std::string_view reason, int number = 0) {
    return Error{Exit::kNoPerm, std::string(reason), number, {}};
}

Error failed(int number) {
    Error error{Exit::kTempFail, std::strerror(number), number, {}};
    if (number == ENOENT || number == ENOTDIR) error.code = Exit::kNoInput;
    if (number == EACCES || number == EPERM || number == ELOOP || number == EISDIR) {
        error.code = Exit::kNoPerm;
    }
    return error;
}

bool in_group(gid_t group) {
    if (group == ::getegid()) return true;
    std::array<gid_t, NGROUPS_MAX> groups{};
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    const auto end = groups.begin() + std::max(count, 0);
    return std::find(groups.begin(), end, group) != end;
}

// One walk along a path.
class Walk {
  public:
    explicit Walk(const SafeFilePolicy& policy)
        : policy_(policy), bits_(::geteuid() == 0 ? policy.root_bits : RootBits::kIgnored) {}

    // Afterwards directory() holds the file, which is called name(). Error: a directory that is
    // refused or cannot be entered.
    Status enter(const std::string& path) {
        SM_CHECK_OK(start(path));
        while (!pieces_.empty()) {
            std::string piece = std::move(pieces_.front());
            pieces_.pop_front();
            if (piece.empty() || piece == ".") continue;
            if (pieces_.empty() && !ends_with_slash_) {
                name_ = std::move(piece);
                return {};
            }
            SM_CHECK_OK(step(piece));
        }
        name_ = ".";
        return {};
    }

    [[nodiscard]] int directory() const { return at_.get(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& unsafe_reason() const { return unsafe_reason_; }
    [[nodiscard]] const std::string& unsafe_directory() const { return unsafe_directory_; }

    // Whether the bits of an owner's, group's and others' three allow `wanted` (r 4, w 2, x 1).
    [[nodiscard]] bool allowed(const struct stat& info, mode_t wanted) const {
        if (bits_ == RootBits::kIgnored) return true;
        const bool owner = bits_ == RootBits::kOwners || info.st_uid == ::geteuid() ||
                           (policy_.trusted_user && info.st_uid == *policy_.trusted_user);
        const unsigned shift = owner ? 6 : in_group(info.st_gid) ? 3 : 0;
        return ((info.st_mode >> shift) & wanted) == wanted;
    }

    Status look_at_directory() {
        struct stat info {};
        if (::fstat(at_.get(), &info) != 0) return failed(errno);
        if (!S_ISDIR(info.st_mode)) return failed(ENOTDIR);
        if (bits_ == RootBits::kLikeOthers && !allowed(info, 1))
            return refused(std::strerror(EACCES), EACCES);
        if ((info.st_mode & S_ISVTX) != 0 && policy_.trust_sticky_bit) return {};
        const Writers who = (info.st_mode & S_IWOTH) != 0   ? Writers::kEverybody
                            : (info.st_mode & S_IWGRP) != 0 ? Writers::kGroup
                                                            : Writers::kNobody;
        const std::string_view reason =
            who == Writers::kEverybody ? "World writable directory" : "Group writable directory";
        if (who > policy_.safe && unsafe_reason_.empty()) {
            unsafe_reason_ = reason;
            unsafe_directory_ = here_.empty()             ? "/"
                                : here_.starts_with("./") ? here_.substr(2)
                                                          : here_;
        }
        return who > policy_.directories ? Status(refused(reason)) : Status();
    }

  private:
    Status start(const std::string& path) {
        ends_with_slash_ = path.ends_with('/');
        const bool absolute = path.starts_with('/');
        at_ = UniqueFd(::open(absolute ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!at_.valid()) return failed(errno);
        here_ = absolute ? "" : ".";
        for (const std::string_view piece : split(path, '/')) pieces_.emplace_back(piece);
        return look_at_directory();
    }

    Status step(const std::string& piece) {
        UniqueFd next(::openat(at_.get(), piece.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!next.valid()) return failed(errno);
        struct stat info {};
        if (::fstat(next.get(), &info) != 0) return failed(errno);
        if (S_ISLNK(info.st_mode)) return follow(next.get());
        if (piece == "..") {
            here_ = here_.substr(0, std::min(here_.size(), here_.rfind('/')));
        } else {
            append(here_, "/", piece);
        }
        at_ = std::move(next);
        return look_at_directory();
    }

    // A link to a directory: its target takes its place in the path.
    Status follow(int link) {
        if (++links_ > kMaxLinks) return failed(ELOOP);
        std::array<char, PATH_MAX> target{};
        const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
        if (size <= 0) return failed(size < 0 ? errno : ENOENT);
        const std::string_view text(target.data(), static_cast<std::size_t>(size));
        const auto parts = split(text, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) pieces_.emplace_front(*part);
        if (!text.starts_with('/')) return {};
        at_ = UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!at_.valid()) return failed(errno);
        here_.clear();
        return {};
    }

    const SafeFilePolicy& policy_;
    const RootBits bits_;
    UniqueFd at_;
    std::string here_;  // the name of at_, for messages
    std::string name_;
    std::deque<std::string> pieces_;
    bool ends_with_slash_ = false;
    int links_ = 0;
    std::string unsafe_reason_;
    std::string unsafe_directory_;
};

bool forbidden(Links rule, const Walk& walk) {
    return rule == Links::kRefused ||
           (rule == Links::kInSafeDirectory && !walk.unsafe_reason().empty());
}

Status check_file(const struct stat& info, int flags, const Walk& walk,
                  const SafeFilePolicy& policy) {
    if (policy.regular_only && !S_ISREG(info.st_mode)) return refused("Regular files only");
    if (S_ISREG(info.st_mode) && info.st_nlink > 1 && forbidden(policy.hard_links, walk)) {
        return refused("Hard links not allowed");
    }
    if (policy.no_executables && S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0) {
        return refused("Executable files not allowed");
    }
    if ((info.st_mode & S_IWGRP) != 0 && !policy.group_writable) {
        return refused("Group writable file");
    }
    if ((info.st_mode & S_IWOTH) != 0 && !policy.world_writable) {
        return refused("World writable file");
    }
    const bool trusted =
        info.st_uid == 0 || (policy.trusted_user && info.st_uid == *policy.trusted_user);
    if (policy.must_own && info.st_uid != policy.owner_uid && !trusted) {
        return refused(std::strerror(EACCES), EACCES);
    }
    const int access = flags & O_ACCMODE;
    const mode_t wanted = access == O_RDONLY ? 4U : access == O_WRONLY ? 2U : 6U;
    if (!walk.allowed(info, wanted)) return refused(std::strerror(EACCES), EACCES);
    return {};
}

SafeFile result_of(const Walk& walk, UniqueFd fd, const struct stat& info) {
    return {std::move(fd), info, walk.unsafe_reason(), walk.unsafe_directory()};
}

// May a file be made in the directory?
Status may_create(const Walk& walk) {
    struct stat info {};
    const UniqueFd directory(::openat(walk.directory(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid() || ::fstat(directory.get(), &info) != 0) return failed(errno);
    return walk.allowed(info, 3) ? Status() : Status(refused(std::strerror(EACCES), EACCES));
}

// A file that does not exist yet.
Result<SafeFile> create(const Walk& walk, int flags, mode_t mode) {
    SM_CHECK_OK(may_create(walk));
    struct stat info {};
    UniqueFd fd(::openat(walk.directory(), walk.name().c_str(), flags | O_EXCL | O_NOFOLLOW, mode));
    if (!fd.valid()) return failed(errno);
    if (::fstat(fd.get(), &info) != 0) return failed(errno);
    return result_of(walk, std::move(fd), info);
}

}  // namespace

Result<SafeFile> open_safe_file(const std::string& path, int flags, mode_t mode,
                                const SafeFilePolicy& policy) {
    flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    if (path.find('\0') != std::string::npos) return failed(ENOENT);
    Walk walk(policy);
    SM_CHECK_OK(walk.enter(path));
    const char* name = walk.name().c_str();
    struct stat info {};
    UniqueFd seen(::openat(walk.directory(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!seen.valid()) {
        if (errno == ENOENT && (flags & O_CREAT) != 0) return create(walk, flags, mode);
        return failed(errno);
    }
    if (::fstat(seen.get(), &info) != 0) return failed(errno);
    const bool link = S_ISLNK(info.st_mode);
    if (link) {
        if (forbidden(policy.symbolic_links, walk)) return refused("Symbolic links not allowed");
        seen = UniqueFd(::openat(walk.directory(), name, O_PATH | O_CLOEXEC));
        if (!seen.valid() || ::fstat(seen.get(), &info) != 0) return failed(errno);
    }
    // Before the file is opened: a device may act on it.
    SM_CHECK_OK(check_file(info, flags, walk, policy));
    const int follow = link ? 0 : O_NOFOLLOW;
    UniqueFd fd(::openat(walk.directory(), name, (flags & ~(O_CREAT | O_EXCL)) | follow));
    if (!fd.valid()) return failed(errno);
    if (::fstat(fd.get(), &info) != 0) return failed(errno);
    SM_CHECK_OK(check_file(info, flags, walk, policy));
    return result_of(walk, std::move(fd), info);
}

Result<SafeFile> check_writable(const std::string& path, const SafeFilePolicy& policy) {
    auto opened = open_safe_file(path, O_RDWR, 0, policy);
    if (opened.ok() || opened.error().sys_errno != ENOENT) return opened;
    Walk walk(policy);
    SM_CHECK_OK(walk.enter(path));
    struct stat info {};
    if (::fstatat(walk.directory(), walk.name().c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
        return opened;  // a link that leads nowhere
    }
    SM_CHECK_OK(may_create(walk));
    return result_of(walk, UniqueFd(), info);
}

Result<SafeFile> check_directories(const std::string& path, const SafeFilePolicy& policy) {
    Walk walk(policy);
    const Status entered = walk.enter(path);
    if (!entered.ok() && entered.error().code != Exit::kNoInput) return entered.error();
    return result_of(walk, UniqueFd(), {});
}

}  // namespace sm
