// What a worker needs from routing, delivery and bouncing, as one interface: the real one binds
// sendmail/route, deliver and bounce; tests bring their own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sendmail/bounce/return_mail.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/make_agent.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/envelope/message_sink.h"

namespace sm {

class Statistics;

class DeliveryParts {
  public:
    virtual ~DeliveryParts() = default;

    // Once per job, before anything else: macros and the resolved sender.
    virtual void begin_job(Envelope& envelope) = 0;
    // See Router::expand.
    [[nodiscard]] virtual Status expand(Envelope& envelope, Deadline deadline) = 0;
    // A line for the transcript of this job.
    virtual void note(std::string_view line) = 0;
    // The same of a recipient that routing refused; whoever waits for the delivery hears of it
    // without the code.
    virtual void refused(std::string_view code, std::string_view text) = 0;
    // The account of an envelope sender here, other than root: ctladdr= of the log.
    [[nodiscard]] virtual std::optional<ControllingUser> sender_account(
        Envelope& envelope, const std::string& sender) = 0;
    // See make_batches.
    [[nodiscard]] virtual std::vector<Batch> batches(Envelope& envelope) = 0;
    // One result per recipient of the batch.
    [[nodiscard]] virtual std::vector<DeliveryResult> deliver(const Envelope& envelope,
                                                              const Batch& batch) = 0;
    // See return_mail. transcript: what was said during this job is put in front of it.
    [[nodiscard]] virtual Result<ReturnOutcome> send_report(ReturnRequest request) = 0;
};

// Lines for the one who waits for the delivery: -v, VERB, DeliveryMode=interactive.
struct DeliveryListener {
    // "user... Connecting to host via smtp..." and the like, without line ends; may be empty.
    std::function<void(std::string_view line)> progress{};
    // "nosuch... User unknown"; may be empty.
    std::function<void(std::string_view line)> refused{};
    // Asked before a report of failures is sent by mail, while the message is still there; true: it
    // need not be. May be empty.
    std::function<bool(const Envelope& envelope)> failed{};
};

// All arguments outlive the parts. connections may be nullptr.
[[nodiscard]] std::unique_ptr<DeliveryParts> make_delivery_parts(
    const Config& config, const Clock& clock, Privileged& privileged, MessageSink& sink,
    ConnectionCache* connections, DeliveryListener listener, ClientTls* client_tls = nullptr);

}  // namespace sm
