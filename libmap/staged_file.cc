#include "libmap/staged_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "libsm/files.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kRandomLength = 8;
constexpr std::string_view kSuffix = ".tmp";
constexpr mode_t kModeBits = 0777;

// "access.db" and "access.db.Ab12Cd34.tmp".
bool is_staged_name(std::string_view name, std::string_view map) {
    if (name.size() != map.size() + 1 + kRandomLength + kSuffix.size()) return false;
    if (!name.starts_with(map) || name[map.size()] != '.' || !name.ends_with(kSuffix)) return false;
    const std::string_view random = name.substr(map.size() + 1, kRandomLength);
    return std::all_of(random.begin(), random.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0; });
}

// Whoever holds the lock of such a file is at work on it.
void remove_if_left(const std::string& path) {
    const auto fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd.ok()) return;
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    const auto locked = try_lock(fd->get(), LockMode::kExclusive);
    if (locked.ok() && *locked) ::unlink(path.c_str());
}

struct DirectoryCloser {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

void remove_left_files(const std::string& target) {
    const std::string directory = directory_of(target);
    const std::unique_ptr<DIR, DirectoryCloser> entries(::opendir(directory.c_str()));
    if (!entries) return;
    while (const dirent* entry = ::readdir(entries.get())) {
        if (is_staged_name(entry->d_name, base_name(target))) {
            remove_if_left(cat(directory, "/", entry->d_name));
        }
    }
}

// Between the making and the locking somebody may have taken the file for one that was left.
Result<bool> lock_new_file(int fd) {
    SM_TRY(const bool locked, try_lock(fd, LockMode::kExclusive));
    struct stat info {};
    return locked && ::fstat(fd, &info) == 0 && info.st_nlink == 1;
}

void set_mode_and_owner(const std::string& target, int fd, const MapBuildOptions& options) {
    struct stat old {};
    const bool replaces = ::stat(target.c_str(), &old) == 0;
    if (::geteuid() == 0) {
        if (replaces) static_cast<void>(!::fchown(fd, old.st_uid, old.st_gid));
        if (options.owner) {
            static_cast<void>(!::fchown(fd, *options.owner, static_cast<gid_t>(-1)));
        }
    }
    // After the owner: that may clear bits.
    if (replaces) static_cast<void>(!::fchmod(fd, old.st_mode & kModeBits));
}

}  // namespace

Result<StagedFile> StagedFile::beside(const std::string& target, const MapBuildOptions& options) {
    remove_left_files(target);
    for (;;) {
        const std::string name = cat(target, ".", random_name(kRandomLength), kSuffix);
        auto made = open_file(name, O_RDWR | O_CREAT | O_EXCL, options.mode);
        if (!made.ok()) return os_error(target, made.error().sys_errno);
        ScopedPath temporary(name);
        SM_TRY(const bool ours, lock_new_file(made->get()));
        if (!ours) continue;
        set_mode_and_owner(target, made->get(), options);
        return StagedFile(target, std::move(temporary), std::move(made).value());
    }
}

Status StagedFile::put_in_place() {
    SM_CHECK_OK(sync_fd(lock_.get(), path()));
    if (::rename(path().c_str(), target_.c_str()) != 0) {
        return os_error(cat("rename to ", target_), errno);
    }
    temporary_.release();
    lock_.reset();  // readers take a shared lock of the map's file
    return sync_directory(directory_of(target_));
}

}  // namespace sm
