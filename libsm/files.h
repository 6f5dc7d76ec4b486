// Whole-file and descriptor helpers. Every open is O_CLOEXEC; EINTR is retried; a short write is
// completed or an error.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <string_view>

#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// open(2) with O_CLOEXEC added. Error: kOsErr, errno kept, text "<path>: <strerror>".
[[nodiscard]] Result<UniqueFd> open_file(const std::string& path, int flags, mode_t mode = 0);

// The whole file; Error kIoErr when it is larger than `max` octets.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t max = 64U << 20);
[[nodiscard]] Result<std::string> read_all(int fd, std::size_t max = 64U << 20);

// Blocking write of everything.
[[nodiscard]] Status write_all(int fd, std::string_view data);

// fsync(2) of a descriptor, or of a directory by name.
[[nodiscard]] Status sync_fd(int fd, std::string_view name);
[[nodiscard]] Status sync_directory(const std::string& path);

// Replaces `path` by `data` in one step: temporary file in the same directory, fsync, rename,
// fsync of the directory. Readers see the old or the new file, never a part.
[[nodiscard]] Status replace_file(const std::string& path, std::string_view data, mode_t mode);

// Directory part ("." when there is none) and last component.
[[nodiscard]] std::string directory_of(std::string_view path);
[[nodiscard]] std::string_view base_name(std::string_view path);

// Waits until `fd` is readable / writable. False: the deadline passed.
[[nodiscard]] Result<bool> wait_readable(int fd, Deadline deadline);
[[nodiscard]] Result<bool> wait_writable(int fd, Deadline deadline);

// Whether both tell of one file that was neither written to nor renamed, linked or removed between
// them: device, number, size, links, modification and change time.
[[nodiscard]] bool same_file_state(const struct stat& a, const struct stat& b);

// An exclusive or shared flock(2), held by the open file description of the descriptor.
// True: locked. False: somebody else holds it (try_lock) or the deadline passed (lock_until).
enum class LockMode { kShared, kExclusive };
[[nodiscard]] Result<bool> try_lock(int fd, LockMode mode);
[[nodiscard]] Result<bool> lock_until(int fd, LockMode mode, Deadline deadline);
void unlock(int fd);

}  // namespace sm
