#include "libsm/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

Result<bool> wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        pollfd entry{fd, events, 0};
        const int ready = ::poll(&entry, 1, deadline.poll_timeout());
        if (ready > 0) return true;
        if (ready == 0) return false;
        if (errno != EINTR) return os_error("poll", errno);
        if (deadline.passed()) return false;
    }
}

int lock_operation(LockMode mode) {
    return mode == LockMode::kShared ? LOCK_SH : LOCK_EX;
}

}  // namespace

Result<UniqueFd> open_file(const std::string& path, int flags, mode_t mode) {
    int fd = -1;
    do {
        fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return os_error(path, errno);
    return UniqueFd(fd);
}

Result<std::string> read_all(int fd, std::size_t max) {
    std::string data;
    struct stat info {};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) {
        data.reserve(static_cast<std::size_t>(info.st_size) + 1);
    }
    char buffer[65536];
    for (;;) {
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        if (count == 0) return data;
        if (count < 0) {
            if (errno == EINTR) continue;
            return os_error("read", errno);
        }
        if (data.size() + static_cast<std::size_t>(count) > max) {
            return make_error(Exit::kIoErr, cat("larger than ", max, " octets"));
        }
        data.append(buffer, static_cast<std::size_t>(count));
    }
}

Result<std::string> read_file(const std::string& path, std::size_t max) {
    SM_TRY(const UniqueFd fd, open_file(path, O_RDONLY));
    auto data = read_all(fd.get(), max);
    if (!data.ok()) {
        Error error = std::move(data).error();
        error.text = cat(path, ": ", error.text);
        return error;
    }
    return data;
}

Status write_all(int fd, std::string_view data) {
    while (!data.empty()) {
        const ssize_t count = ::write(fd, data.data(), data.size());
        if (count < 0) {
            if (errno == EINTR) continue;
            return os_error("write", errno);
        }
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Status sync_fd(int fd, std::string_view name) {
    while (::fsync(fd) != 0) {
        if (errno != EINTR) return os_error(cat("fsync ", name), errno);
    }
    return {};
}

Status sync_directory(const std::string& path) {
    SM_TRY(const UniqueFd fd, open_file(path, O_RDONLY | O_DIRECTORY));
    return sync_fd(fd.get(), path);
}

Status replace_file(const std::string& path, std::string_view data, mode_t mode) {
    const std::string temporary = cat(path, ".", random_name(8), ".tmp");
    SM_TRY(UniqueFd fd, open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode));
    ScopedPath cleanup(temporary);
    SM_CHECK_OK(write_all(fd.get(), data));
    SM_CHECK_OK(sync_fd(fd.get(), temporary));
    SM_CHECK_OK(fd.close());
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return os_error(cat("rename ", temporary, " to ", path), errno);
    }
    cleanup.release();
    return sync_directory(directory_of(path));
}

std::string directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

Result<bool> wait_readable(int fd, Deadline deadline) {
    return wait_for(fd, POLLIN, deadline);
}
Result<bool> wait_writable(int fd, Deadline deadline) {
    return wait_for(fd, POLLOUT, deadline);
}

Result<bool> try_lock(int fd, LockMode mode) {
    while (::flock(fd, lock_operation(mode) | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) return os_error("flock", errno);
    }
    return true;
}

Result<bool> lock_until(int fd, LockMode mode, Deadline deadline) {
    std::chrono::milliseconds pause{1};
    for (;;) {
        SM_TRY(const bool locked, try_lock(fd, mode));
        if (locked) return true;
        if (deadline.passed()) return false;
        sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(50));
    }
}

void unlock(int fd) {
    ::flock(fd, LOCK_UN);
}

bool same_file_state(const struct stat& a, const struct stat& b) {
    const auto same_time = [](const timespec& x, const timespec& y) {
        return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
    };
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_nlink == b.st_nlink && same_time(a.st_mtim, b.st_mtim) &&
           same_time(a.st_ctim, b.st_ctim);
}

}  // namespace sm
