// What was last learnt of each host: kept by a worker for the life of the process, and in files of
// HostStatusDirectory (operations guide 4.3.5; hoststat(8) shows them). A host that could not be
// reached is not tried again before Timeout.hoststatus has passed.
//
// File: DIR/test./example./host, lines V0, E<errno>, H<h_errno>, S<exit status>, D<dsn>, R<text>,
// U<last use, epoch seconds>, ".".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "libsm/exit_status.h"

namespace sm {

struct HostStatus {
    Exit status = Exit::kOk;
    int sys_errno = 0;
    bool unknown_host = false;  // the name server knows no such host
    std::string dsn;
    std::string text;  // as behind stat=
    std::int64_t when = 0;
};

class HostStatusTable {
  public:
    HostStatusTable(const Options& options, const Clock& clock);

    // host: a name or "[address]". nullopt: nothing that is young enough to count.
    [[nodiscard]] std::optional<HostStatus> find(std::string_view host);
    // Also written to its file when there is a directory; failing to write is no failure.
    void store(std::string_view host, HostStatus status);

    // "test./example./host", "1./0./0./127"; "" for a name that is not safe as a path.
    [[nodiscard]] static std::string relative_path(std::string_view host);
    [[nodiscard]] static std::string encode(const HostStatus& status);
    [[nodiscard]] static std::optional<HostStatus> decode(std::string_view text);

  private:
    [[nodiscard]] std::optional<HostStatus> read(std::string_view host) const;

    std::string directory_;  // absolute; "": none
    std::int64_t lifetime_;  // seconds
    const Clock& clock_;
    std::map<std::string, HostStatus, std::less<>> known_;
};

}  // namespace sm
