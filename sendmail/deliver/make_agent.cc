#include "sendmail/deliver/make_agent.h"

#include "sendmail/deliver/agent_file.h"
#include "sendmail/deliver/agent_program.h"
#include "sendmail/deliver/agent_smtp.h"
#include "sendmail/deliver/delivery_scope.h"
#include "sendmail/deliver/status_text.h"
#include "sendmail/log/mail_log.h"

namespace sm {
namespace {

// For mailers that deliver nothing: the internal ones, and configurations that cannot work.
class FixedAgent final : public Agent {
  public:
    explicit FixedAgent(DeliveryResult result, std::string complaint = {})
        : result_(std::move(result)), complaint_(std::move(complaint)) {}

    std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch,
                                        MessageSource& /*message*/) override {
        if (!complaint_.empty()) log_system_error(envelope.id.str(), "root", complaint_);
        return std::vector<DeliveryResult>(batch.recipients.size(), result_);
    }

  private:
    DeliveryResult result_;
    std::string complaint_;
};

}  // namespace

std::unique_ptr<Agent> make_agent(const MailerSpec& mailer, const AgentContext& context) {
    if (mailer.is_discard()) {
        DeliveryResult result = result_of(Exit::kOk);
        result.text = "discarded";
        return std::make_unique<FixedAgent>(result);
    }
    if (mailer.is_file()) return std::make_unique<FileAgent>(mailer, context);
    if (mailer.is_network()) {
        if (speaks_smtp(mailer)) return std::make_unique<SmtpAgent>(mailer, context);
        return std::make_unique<FixedAgent>(result_of(Exit::kConfig),
                                            "mailer over a socket without SMTP: not implemented");
    }
    if (!mailer.path.starts_with('/')) {
        return std::make_unique<FixedAgent>(result_of(Exit::kConfig),
                                            "mailer without a program (P=)");
    }
    return std::make_unique<ProgramAgent>(mailer, context);
}

}  // namespace sm
