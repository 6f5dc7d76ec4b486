#include "sendmail/runner/delivery_parts.h"

#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/envelope/sender.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/route/local_user.h"
#include "sendmail/route/router.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kSenderTime{5};
constexpr std::size_t kMaxTranscript = 256U << 10;

// ctladdr= of the log: a sender with an account here, other than root.
std::optional<ControllingUser> account_of(const Target& target, const std::string& sender) {
    if (target.mailer == nullptr || !target.mailer->has('w')) return {};
    const auto account = find_account(target.user);
    if (!account.ok() || !account.value() || account.value()->uid == 0) return {};
    return ControllingUser{account.value()->name, account.value()->uid, account.value()->gid,
                           sender};
}

class RealParts final : public DeliveryParts {
  public:
    RealParts(const Config& config, const Clock& clock, Privileged& privileged, MessageSink& sink,
              ConnectionCache* connections, DeliveryListener listener, ClientTls* client_tls)
        : listener_(std::move(listener)),
          sink_(sink),
          context_{config,
                   clock,
                   privileged,
                   connections,
                   [this](std::string_view line) { transcript_line(line); },
                   listener_.progress,
                   client_tls} {}

    void begin_job(Envelope& envelope) override {
        transcript_.clear();
        envelope.macros.set("i", envelope.id.str());
        envelope.macros.set("ntries", cat(envelope.attempts));
        const std::string sender = envelope.sender;
        if (set_envelope_sender(context_.config, envelope, sender, Deadline::in(kSenderTime))
                .ok()) {
            envelope.sender_account = account_of(envelope.sender_target, sender);
        }
    }

    void note(std::string_view line) override { transcript_line(line); }

    void refused(std::string_view code, std::string_view text) override {
        transcript_line(cat(code, text));
        if (listener_.refused) listener_.refused(text);
    }

    std::optional<ControllingUser> sender_account(Envelope& envelope,
                                                  const std::string& sender) override {
        Rewriter rewriter(context_.config, envelope.macros);
        const ParsedAddress parsed =
            parse_address(rewriter, sender, AddressRole::kReturnPath, Deadline::in(kSenderTime));
        if (!parsed.ok()) return {};
        return account_of(parsed.target, sender);
    }

    Status expand(Envelope& envelope, Deadline deadline) override {
        Router router(context_.config, context_.privileged);
        Router::Hooks hooks;
        hooks.log_alias = [&envelope](const std::string& address, const std::string& members) {
            log_alias(envelope.id.str(), address, members);
        };
        hooks.log_forward = [&envelope](const std::string& user, const std::string& members) {
            log_forward(envelope.id.str(), user, members);
        };
        hooks.tell = listener_.progress;
        hooks.warn = [&envelope](const std::string& text) {
            log_at(13, LogPriority::kNotice, cat(envelope.id.str(), ": ", text));
        };
        router.set_hooks(std::move(hooks));
        return router.expand(envelope, deadline);
    }

    std::vector<Batch> batches(Envelope& envelope) override {
        return make_batches(envelope, context_.config);
    }

    std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch) override {
        const std::unique_ptr<Agent> agent = make_agent(*batch.mailer, context_);
        const std::unique_ptr<MessageSource> message = make_message_source(envelope, context_);
        std::vector<DeliveryResult> results = agent->deliver(envelope, batch, *message);
        results.resize(batch.recipients.size());
        return results;
    }

    Result<ReturnOutcome> send_report(ReturnRequest request) override {
        if (request.kind == ReturnRequest::Kind::kFailure && listener_.failed &&
            listener_.failed(request.original)) {
            return ReturnOutcome{};
        }
        request.transcript = cat(transcript_, request.transcript);
        return return_mail(request, context_, sink_);
    }

  private:
    void transcript_line(std::string_view line) {
        if (transcript_.size() < kMaxTranscript) append(transcript_, line, '\n');
    }

    DeliveryListener listener_;
    MessageSink& sink_;
    AgentContext context_;
    std::string transcript_;
};

}  // namespace

std::unique_ptr<DeliveryParts> make_delivery_parts(const Config& config, const Clock& clock,
                                                   Privileged& privileged, MessageSink& sink,
                                                   ConnectionCache* connections,
                                                   DeliveryListener listener,
                                                   ClientTls* client_tls) {
    return std::make_unique<RealParts>(config, clock, privileged, sink, connections,
                                       std::move(listener), client_tls);
}

}  // namespace sm
