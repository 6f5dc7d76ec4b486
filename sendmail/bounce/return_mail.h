// Tells the sender: failures, delays, success receipts (RFC 3461, RFC 3464); and the postmaster.
#pragma once

#include <string>
#include <vector>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/deliver/make_agent.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/envelope/message_sink.h"

namespace sm {

struct ReturnRequest {
    enum class Kind { kFailure, kDelay, kReceipt };
    Kind kind = Kind::kFailure;
    const Envelope& original;
    std::vector<const Recipient*> recipients;  // those to be told about
    std::string transcript;                    // lines ended by LF
    std::int64_t return_after = 0;             // delay: seconds until the message is given up
    Exit failure = Exit::kOk;                  // the first of this attempt
};

struct ReturnOutcome {
    QueueId id;                // of the report; empty when none was due
    std::string subject_line;  // for the log: "DSN: User unknown"; empty: no line
    QueueId copy_id;           // of the postmaster's copy; empty when there is none
    std::string copy_line;     // for the log
    bool nobody_left = false;  // a report for the postmaster that failed: keep the message
};

// Makes a report and submits it. Nothing is sent, and that is success, when nobody wants it
// (NOTIFY=NEVER, a null sender of a delay warning). A failure of a message from <> goes to
// DoubleBounceAddress; of a failure there, nobody is told (nobody_left), or reports would go on for
// ever.
// Error: the report could not be committed: the caller must keep the original.
[[nodiscard]] Result<ReturnOutcome> return_mail(const ReturnRequest& request,
                                                const AgentContext& context, MessageSink& sink);

}  // namespace sm
