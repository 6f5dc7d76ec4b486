#include "libsm/unique_fd.h"

#include <unistd.h>

#include <cerrno>

namespace sm {

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

Status UniqueFd::close() {
    const int fd = release();
    if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return os_error("close", errno);
    return {};
}

ScopedPath::ScopedPath(std::string path) : path_(std::move(path)), owner_(::getpid()) {}

ScopedPath::ScopedPath(ScopedPath&& other) noexcept
    : path_(std::exchange(other.path_, {})), owner_(other.owner_) {}

ScopedPath& ScopedPath::operator=(ScopedPath&& other) noexcept {
    if (this != &other) {
        if (!path_.empty() && owner_ == ::getpid()) ::unlink(path_.c_str());
        path_ = std::exchange(other.path_, {});
        owner_ = other.owner_;
    }
    return *this;
}

ScopedPath::~ScopedPath() {
    if (!path_.empty() && owner_ == ::getpid()) ::unlink(path_.c_str());
}

}  // namespace sm
