#include "sendmail/privileged/host_status_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "libcf/file_safety.h"
#include "libmail/host_status.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error failed(int number) {
    const Exit code = number == ENOENT   ? Exit::kNoInput
                      : number == EACCES ? Exit::kNoPerm
                                         : Exit::kTempFail;
    return Error{code, std::strerror(number), number, {}};
}

// HostStatusDirectory itself: nobody else may write in it, whatever the words say.
Result<UniqueFd> open_base(const Options& options, const SafeFilePolicy& policy) {
    const std::string path = host_status_directory(options);
    const auto place = check_directories(path, policy);
    if (!place.ok() && place.error().sys_errno == 0) return place.error();
    UniqueFd fd(::open(path.c_str(), kDirectoryFlags));
    if (!fd.valid()) return failed(errno == ELOOP ? ENOTDIR : errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return failed(errno);
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return failed(EACCES);
    return fd;
}

Result<UniqueFd> checked_directory(int raw, const SafeFilePolicy& policy) {
    UniqueFd fd(raw);
    if (!fd.valid()) return failed(errno == ELOOP ? ENOTDIR : errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return failed(errno);
    const bool sticky = policy.trust_sticky_bit && (info.st_mode & S_ISVTX) != 0;
    const bool group_safe = policy.safe != SafeFilePolicy::Writers::kNobody;
    const mode_t refused = group_safe ? S_IWOTH : S_IWOTH | S_IWGRP;
    if ((info.st_mode & refused) != 0 && !sticky) return failed(EACCES);
    return fd;
}

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

// Names in order; "a." behind "a" so that a directory comes after the file of the same label.
std::vector<std::string> names_in(int directory) {
    std::vector<std::string> names;
    UniqueFd own(::openat(directory, ".", kDirectoryFlags));
    const std::unique_ptr<DIR, CloseDir> dir(own.valid() ? ::fdopendir(own.get()) : nullptr);
    if (dir == nullptr) return names;
    static_cast<void>(own.release());
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string_view name = entry->d_name;
        if (!name.starts_with('.')) names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

class Walk {
  public:
    Walk(const SafeFilePolicy& policy, const std::function<void(const HostStatusEntry&)>& visit)
        : policy_(policy), visit_(visit) {}

    // NOLINTNEXTLINE(misc-no-recursion): as deep as kMaxDepth
    void directory(int fd, const std::string& prefix, int depth) {
        constexpr int kMaxDepth = 130;  // more labels than a host name can have
        if (depth > kMaxDepth) return;
        for (const std::string& name : names_in(fd)) {
            struct stat info {};
            if (::fstatat(fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
            HostStatusEntry entry{cat(prefix, name), fd, name, S_ISDIR(info.st_mode)};
            if (entry.is_directory) {
                const auto next =
                    checked_directory(::openat(fd, name.c_str(), kDirectoryFlags), policy_);
                if (!next.ok()) continue;
                directory(next->get(), cat(prefix, name, '/'), depth + 1);
            } else if (!S_ISREG(info.st_mode)) {
                continue;
            }
            visit_(entry);
        }
    }

  private:
    const SafeFilePolicy& policy_;
    const std::function<void(const HostStatusEntry&)>& visit_;
};

}  // namespace

std::string host_status_directory(const Options& options) {
    const std::string& directory = options.host_status_directory;
    if (directory.empty() || options.connection_cache_size <= 0) return {};
    if (directory.front() == '/') return directory;
    // Relative to the queue directory; "mqueue*" stands for several in one directory.
    const std::string& queue = options.queue_directory;
    if (queue.empty()) return {};
    const std::string base = queue.find('*') == std::string::npos ? queue : directory_of(queue);
    return cat(base, '/', directory);
}

Status check_host_status_directory(const Options& options) {
    const auto fd = open_base(options, file_policy(options, FileKind::kHostStatus));
    return fd.ok() ? Status() : Status(fd.error());
}

Result<UniqueFd> open_host_status(const Options& options, std::string_view host, bool write) {
    const std::string base = host_status_directory(options);
    const std::string path = host_status_path(host);
    if (base.empty() || path.empty()) return make_error(Exit::kNoInput, "no host status");
    const SafeFilePolicy policy = file_policy(options, FileKind::kHostStatus);
    SM_TRY(UniqueFd at, open_base(options, policy));
    std::size_t from = 0;
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', from)) {
        const std::string name = path.substr(from, slash - from);
        if (write && ::mkdirat(at.get(), name.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
            return failed(errno);
        }
        SM_TRY(at, checked_directory(::openat(at.get(), name.c_str(), kDirectoryFlags), policy));
        from = slash + 1;
    }
    const int flags =
        (write ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    const auto mode = static_cast<mode_t>(options.temp_file_mode) & 0666U;
    UniqueFd file(::openat(at.get(), path.substr(from).c_str(), flags, mode));
    if (!file.valid()) return failed(errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return failed(errno);
    if (!S_ISREG(info.st_mode) || info.st_nlink > 1) return failed(EACCES);
    return file;
}

void walk_host_status(const Options& options,
                      const std::function<void(const HostStatusEntry& entry)>& visit) {
    const std::string base = host_status_directory(options);
    if (base.empty()) return;
    const SafeFilePolicy policy = file_policy(options, FileKind::kHostStatus);
    const auto fd = open_base(options, policy);
    if (fd.ok()) Walk(policy, visit).directory(fd->get(), "", 0);
}

}  // namespace sm
