// The pid file (option PidFile: pid, then the command line) and the readiness message of
// sd_notify(3), without its library.
#pragma once

#include <string>
#include <vector>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// The file is removed with the returned object, by this process only.
[[nodiscard]] Result<ScopedPath> write_pid_file(const std::string& path,
                                                const std::vector<std::string>& argv);

// Sends e.g. "READY=1" to the socket named by NOTIFY_SOCKET; nothing when it is unset.
void notify_supervisor(const std::string& message);

}  // namespace sm
