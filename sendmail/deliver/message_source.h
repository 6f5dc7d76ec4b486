// The message of a job as text for one mailer: header fields, then the body from its file.
#pragma once

#include <memory>
#include <string>

#include "libmail/dot_stuff.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/header_output.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

class EnvelopeSource final : public MessageSource {
  public:
    // Both outlive the source.
    EnvelopeSource(const Envelope& envelope, const AgentContext& context)
        : envelope_(envelope), context_(context) {}

    [[nodiscard]] Status write_message(
        const MailerSpec& mailer, const Batch& batch, const MessageForm& form,
        const std::function<Status(std::string_view)>& write) override;
    [[nodiscard]] bool needs_eight_bit() const override;

  private:
    [[nodiscard]] Status write_body(LineWriter& writer) const;
    [[nodiscard]] std::string from_line(const MailerSpec& mailer, const std::string& sender) const;

    const Envelope& envelope_;
    const AgentContext& context_;
};

// Calls `take` with the pieces of the body file. Error kTempFail: it cannot be read.
[[nodiscard]] Status read_body(const Envelope& envelope,
                               const std::function<Status(std::string_view)>& take);

}  // namespace sm
