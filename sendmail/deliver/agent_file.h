// The agent of mailers with P=[FILE]: appends the message to a file, in the format of a mailbox.
// Source: operations guide 5.4, 5.6 (SafeFileEnvironment, Timeout.fileopen).
#pragma once

#include <string>
#include <vector>

#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

class FileAgent final : public Agent {
  public:
    FileAgent(const MailerSpec& mailer, const AgentContext& context)
        : mailer_(mailer), context_(context) {}

    [[nodiscard]] std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch,
                                                      MessageSource& message) override;

  private:
    [[nodiscard]] DeliveryResult append_to(const std::string& path, const Batch& batch,
                                           MessageSource& message);
    [[nodiscard]] Status write_locked(int fd, const Batch& batch, MessageSource& message);

    const MailerSpec& mailer_;
    const AgentContext& context_;
};

}  // namespace sm
