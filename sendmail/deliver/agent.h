// Agent: hands a batch of recipients of one message to one mailer: a program, a file, or an SMTP
// or LMTP server. Agents only report; the runner acts on the results.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// Recipients of one envelope that go to the same mailer and host together.
struct Batch {
    const MailerSpec* mailer = nullptr;
    std::string host;
    std::vector<Recipient*> recipients;  // point into the envelope of the job
};

// How one recipient of a batch ended.
struct DeliveryResult {
    Exit status = Exit::kTempFail;  // kOk: delivered or relayed
    std::string dsn;                // "2.0.0"
    std::string text;               // behind stat=: "Sent (stored as 1)", "Deferred: ..."
    std::string message;            // the recipient's M line, when that is another text
    std::string reply;              // behind reply=: the server's own words, "" for programs
    std::string relay;              // behind relay=: "host [addr]", "" for programs
    std::string remote_mta;         // for DSNs: name of the server
    bool dsn_capable = false;       // the next hop took over the duty to notify
};

// What the way to the next hop asks of a message, beside the flags of its mailer.
struct MessageForm {
    bool smtp = false;       // dots stuffed, every line end CRLF, no CR or LF of its own
    bool from_line = false;  // begins with the UNIX From_ line (option UnixFromLine)
    bool seven_bit = false;  // the next hop takes no 8-bit text: it is encoded (RFC 2045)
};

// The pieces of a message in the form it has for one mailer.
class MessageSource {
  public:
    virtual ~MessageSource() = default;
    // Headers rewritten for the mailer, then an empty line, then the body; lines ended by `eol`
    // of the mailer. Calls `write` with pieces; stops at its error. The error of `write` is
    // returned as it is; kTempFail: a lookup could not tell, the body could not be read; kDataErr:
    // the message cannot be sent in that form.
    [[nodiscard]] virtual Status write_message(
        const MailerSpec& mailer, const Batch& batch, const MessageForm& form,
        const std::function<Status(std::string_view)>& write) = 0;
    // True when the message holds 8-bit text that a 7-bit next hop would have to get encoded.
    [[nodiscard]] virtual bool needs_eight_bit() const = 0;
};

class Agent {
  public:
    virtual ~Agent() = default;
    // One result per recipient of the batch, in order. Everything unexpected is kTempFail.
    [[nodiscard]] virtual std::vector<DeliveryResult> deliver(const Envelope& envelope,
                                                              const Batch& batch,
                                                              MessageSource& message) = 0;
};

}  // namespace sm
