// SessionServices: what an SMTP session needs from the rest of the program. Made once per
// process by the daemon or by -bs; the tests give fakes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/queue/queue_store.h"

namespace sm {

class TlsServerSlot;

// Answers questions about recipients at SMTP time: RCPT, VRFY, EXPN.
class RecipientGuide {
  public:
    struct Answer {
        bool ok = true;
        int code = 250;  // 4xx or 5xx when not ok
        std::string dsn;
        std::string text;       // "User unknown"
        std::string full_name;  // of a local account: "daemon"
    };
    virtual ~RecipientGuide() = default;
    // recipient.target is parsed already. Looks for an alias or an account of a local recipient,
    // without expanding members; fills home and controlling user; refuses files, programs and
    // :include: given directly.
    [[nodiscard]] virtual Answer verify(Envelope& envelope, Recipient& recipient) = 0;
    // The members of an alias or list, all levels; recipient itself when it is none.
    [[nodiscard]] virtual Answer expand(Envelope& envelope, const Recipient& recipient,
                                        std::vector<Recipient>* members) = 0;
    // Full name of a local account, "" when it has none: $x of its messages.
    [[nodiscard]] virtual std::string full_name(const Target& target) = 0;
};

// Who waits for a delivery. say: each line of the transcript ("050 ..." in SMTP); refused: each
// recipient that was found not to exist, "nosuch... User unknown". failed: asked before a report is
// sent by mail, while the message is still there; true: it need not be. All but say may be empty.
struct DeliveryWatch {
    std::function<void(std::string_view)> say;
    std::function<void(std::string_view)> refused{};
    std::function<bool(const Envelope&)> failed{};
};

// What becomes of a job after it was committed.
class JobOutlet {
  public:
    virtual ~JobOutlet() = default;
    // Background: tells the queue manager. Must not fail: the queue run finds the job anyway.
    virtual void hand_over(Job&& job) = 0;
    // Interactive: delivers now. The status of the recipient that failed first, kOk if none did.
    virtual Exit deliver_now(Job&& job, const DeliveryWatch& watch) = 0;
    // ETRN and friends: starts a queue run for jobs with a recipient in that domain ("@domain":
    // and below; "#group": a queue group). False: no such queue group.
    [[nodiscard]] virtual bool start_queue_run(std::string_view node) = 0;
};

struct SessionServices {
    const Config& config;
    const Clock& clock;
    QueueStore& store;
    RecipientGuide& guide;
    JobOutlet& outlet;
    // Sleeping between replies to clients that misbehave; the tests count instead.
    std::function<void(std::chrono::milliseconds)> pause;
    // nullptr: no TLS. The context in it is made before the session's process is.
    const TlsServerSlot* tls = nullptr;
};

}  // namespace sm
