// Broker: the only process that touches root's things for the others. It is forked before the
// first accept, holds the configuration, and answers requests (requests.h) until the last process
// that could ask is gone. It never reads what a mail client sent. DESIGN section 3.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libcf/config.h"
#include "libsm/process.h"
#include "libsm/unique_fd.h"

namespace sm {

// What the other processes need to reach a broker; inherited across forks. Each process opens its
// own channel at its first request (broker_client.h).
struct BrokerDoor {
    UniqueFd doorbell;
    pid_t pid = 0;
};

// Starts the broker as a child of this process, which must be root. config lives as long.
[[nodiscard]] Result<BrokerDoor> start_broker(const Config& config);

// Directories of the queue, in the order in which requests number them: the base directory of
// each group entry, then its qf, df and xf subdirectories where they exist.
[[nodiscard]] std::vector<std::string> queue_directories(const Config& config);

}  // namespace sm
