// What was last learnt of each host: kept by a worker for the life of the process, and in files of
// HostStatusDirectory (operations guide 2.4; libmail/host_status). A host that could not be reached
// is not tried again before Timeout.hoststatus has passed. With SingleThreadDelivery a host's file
// is also its lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libmail/host_status.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

class HostStatusTable {
  public:
    // Privileged::open_host_status.
    using Opener = std::function<Result<UniqueFd>(std::string_view host, bool write)>;
    // Held as long as somebody talks to the host; goes with the last copy.
    using Lock = std::shared_ptr<const UniqueFd>;

    HostStatusTable(const Options& options, const Clock& clock);

    // host: a name or "[address]". nullopt: nothing that is young enough to count.
    [[nodiscard]] std::optional<HostStatus> find(std::string_view host, const Opener& open);
    // Also written to its file when there is a directory; failing to write is no failure.
    // lock: of that host, when it is held.
    void store(std::string_view host, HostStatus status, const Opener& open, const Lock& lock = {});

    // With SingleThreadDelivery: takes the host's lock. False: another process has it. *lock stays
    // empty where nothing is to be locked.
    [[nodiscard]] bool lock_host(std::string_view host, const Opener& open, Lock* lock) const;

  private:
    bool on_disk_;           // there is a directory
    bool single_;            // SingleThreadDelivery
    std::int64_t lifetime_;  // seconds
    const Clock& clock_;
    std::map<std::string, HostStatus, std::less<>> known_;
};

}  // namespace sm
