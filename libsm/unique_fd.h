// UniqueFd: the owner of a file descriptor. ScopedPath: a file removed when its owner goes.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "libsm/result.h"

namespace sm {

class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);
    // Closes and reports what close(2) said: written data may fail only here.
    [[nodiscard]] Status close();

  private:
    int fd_ = -1;
};

// Unlinks `path` on destruction, but only in the process that made the object.
class ScopedPath {
  public:
    ScopedPath() = default;
    explicit ScopedPath(std::string path);
    ScopedPath(ScopedPath&& other) noexcept;
    ScopedPath& operator=(ScopedPath&& other) noexcept;
    ScopedPath(const ScopedPath&) = delete;
    ScopedPath& operator=(const ScopedPath&) = delete;
    ~ScopedPath();

    [[nodiscard]] const std::string& path() const { return path_; }
    // The file stays.
    void release() { path_.clear(); }

  private:
    std::string path_;
    pid_t owner_ = 0;
};

}  // namespace sm
