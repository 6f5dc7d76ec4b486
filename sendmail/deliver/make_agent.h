// The agent for a mailer: program, file, or SMTP/LMTP over a socket.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/privileged/privileged.h"

namespace sm {

class ClientTls;
class ConnectionCache;

// What every agent of one worker shares; all outlive the agents.
struct AgentContext {
    const Config& config;
    const Clock& clock;
    Privileged& privileged;
    ConnectionCache* connections = nullptr;  // nullptr: nothing is kept open between jobs
    // Lines of the session transcript (">>> DATA", "<<< 550 ..."), for DSNs and VERB; may be empty.
    std::function<void(std::string_view line)> transcript{};
    // What the operator sees with -v ("user... Connecting to host via smtp..."); may be empty.
    std::function<void(std::string_view line)> progress{};
    // The TLS context that was made with root's rights; nullptr: one is made when it is needed.
    ClientTls* client_tls = nullptr;
};

// Open connections of one worker to next hops, kept between jobs; keyed by host, port and policy.
// The factory keeps the header light: the class is complete in connection_cache.h.
[[nodiscard]] std::shared_ptr<ConnectionCache> make_connection_cache(const Config& config);

// Never nullptr: an unusable mailer gives an agent whose results say kConfig.
[[nodiscard]] std::unique_ptr<Agent> make_agent(const MailerSpec& mailer,
                                                const AgentContext& context);

// Groups the recipients that are to be delivered (state kQueued, target.mailer set, status kOk)
// into batches: same mailer and host, at most r= recipients, one recipient without F=m.
[[nodiscard]] std::vector<Batch> make_batches(Envelope& envelope, const Config& config);

// The message as it goes to a mailer: headers by policy and rewriting, then the body.
[[nodiscard]] std::unique_ptr<MessageSource> make_message_source(const Envelope& envelope,
                                                                 const AgentContext& context);

// The headers alone, lines ended by LF: for DSNs (RET=HDRS).
[[nodiscard]] Result<std::string> headers_for_mailer(const Envelope& envelope,
                                                     const MailerSpec& mailer,
                                                     const AgentContext& context);

}  // namespace sm
