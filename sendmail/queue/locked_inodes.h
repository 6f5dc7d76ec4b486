// Which files are locked by anybody, without touching a lock: mailq must not make a queue runner
// miss a job.
#pragma once

#include <sys/types.h>

#include <set>
#include <utility>

namespace sm {

// Device and inode of every file with a flock(2) lock, as the system tells; empty when it does not.
[[nodiscard]] std::set<std::pair<dev_t, ino_t>> locked_inodes();

}  // namespace sm
