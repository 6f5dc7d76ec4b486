// The way from sessions to the queue manager: jobs to try at once, and queue runs asked for by
// ETRN. One socket pair is made by the daemon before the manager and the sessions are forked: the
// manager has one end, all others share the other. Over it a process introduces a connection of
// its own, which carries packets and their acknowledgements.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "libsm/process.h"
#include "libsm/unique_fd.h"
#include "sendmail/runner/dispatcher.h"
#include "sendmail/runner/queue_selection.h"

namespace sm {

struct HintChannel {
    UniqueFd manager_end;
    UniqueFd shared_end;
};
[[nodiscard]] Result<HintChannel> make_hint_channel();

// A request as it travels in one packet.
struct ManagerRequest {
    enum class Kind { kJob, kRun };
    Kind kind = Kind::kJob;
    QueueId id;             // kJob
    std::string directory;  // kJob
    std::string etrn;       // kRun: the argument, see etrn_selection
};
[[nodiscard]] std::string encode_request(const ManagerRequest& request);
// nullopt: not a request. Packets come from processes that talk to the network: every field is
// checked.
[[nodiscard]] std::optional<ManagerRequest> decode_request(std::string_view packet);

inline constexpr std::size_t kMaxRequest = 2048;
inline constexpr char kAcknowledged = 'A';

// The session's side. Made before or after the fork of its process; usable in each.
class HintClient final : public Dispatcher {
  public:
    // shared_end: of the channel; outlives the client. -1: there is no manager.
    explicit HintClient(int shared_end) : shared_end_(shared_end) {}

    // Error kTempFail: no manager, or no acknowledgement within a second. Then the caller delivers
    // in a process of its own, see deliver_in_child.
    [[nodiscard]] Status hint(const QueueId& id, const std::string& directory) override;
    // ETRN: asks for a queue run.
    [[nodiscard]] Status request_run(std::string_view etrn);

  private:
    [[nodiscard]] Status send(const ManagerRequest& request);
    [[nodiscard]] Status introduce();

    int shared_end_;
    UniqueFd own_;
    pid_t owner_ = 0;
};

// Manager's side: a connection that was introduced. nullopt: nothing waiting.
[[nodiscard]] Result<std::optional<UniqueFd>> accept_introduction(int manager_end);

}  // namespace sm
