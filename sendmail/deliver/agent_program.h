// The agent of mailers that are programs: started through Privileged with the arguments of A=, the
// message on its standard input, its exit status the answer (sysexits.h); or SMTP over both pipes
// where A= has no $u (LMTP with F=z). Source: operations guide 5.4.
#pragma once

#include <string>
#include <vector>

#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

class ProgramAgent final : public Agent {
  public:
    ProgramAgent(const MailerSpec& mailer, const AgentContext& context)
        : mailer_(mailer), context_(context) {}

    [[nodiscard]] std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch,
                                                      MessageSource& message) override;

  private:
    [[nodiscard]] DeliveryResult feed(StartedMailer started, const Envelope& envelope,
                                      const Batch& batch, MessageSource& message);
    [[nodiscard]] std::vector<DeliveryResult> speak_smtp(StartedMailer started,
                                                         const Envelope& envelope,
                                                         const Batch& batch, MessageSource& message,
                                                         const std::string& sender);
    [[nodiscard]] Deadline wait_deadline() const;

    const MailerSpec& mailer_;
    const AgentContext& context_;
};

// The arguments of a mailer: macros expanded once, arguments with $u repeated for each recipient,
// -f or -r with the sender in front for F=f and F=r. A recipient or sender that would be taken for
// an option is an Error kDataErr.
[[nodiscard]] Result<std::vector<std::string>> mailer_arguments(const MailerSpec& mailer,
                                                                const MacroScope& scope,
                                                                const Batch& batch,
                                                                const std::string& sender);

// On whose behalf the batch is delivered; uid 0: nobody in particular.
[[nodiscard]] Credentials controller_of(const Batch& batch);

// The answer that an exit status is.
[[nodiscard]] DeliveryResult result_of_program(const MailerSpec& mailer, const ChildStatus& ended);

}  // namespace sm
