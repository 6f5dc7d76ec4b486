// -bm, -t and -bv.
#include <unistd.h>

#include "libcf/address_parser.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/main/caller.h"
#include "sendmail/main/job_outlet.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/submission.h"
#include "sendmail/privileged/identity.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};

void say(const std::string& line) {
    static_cast<void>(write_all(STDOUT_FILENO, cat(line, '\n')));
}

Exit trouble(const Error& error) {
    log_message(LogPriority::kCritical, cat("NOQUEUE: SYSERR: ", error.text));
    say(error.text);
    return error.code;
}

// "daemon... deliverable: mailer local, user daemon"
std::string deliverable(const Recipient& recipient) {
    std::string out =
        cat(recipient.address, "... deliverable: mailer ",
            recipient.target.mailer != nullptr ? recipient.target.mailer->name : "none");
    if (!recipient.target.host.empty()) append(out, ", host ", recipient.target.host);
    append(out, ", user ", recipient.target.user);
    return out;
}

Exit verify_one(const Config& config, RecipientGuide& guide, const std::string& address,
                std::vector<Recipient>* found) {
    MacroScope macros(&config.macros);
    Rewriter rewriter(config, macros);
    ParsedAddress parsed = parse_address(rewriter, address, AddressRole::kEnvelopeRecipient,
                                         Deadline::in(kRulesetTime));
    if (!parsed.ok()) {
        say(cat(address, "... ", parsed.message));
        return parsed.status;
    }
    Envelope envelope;
    envelope.macros.set_parent(&macros);
    envelope.sender = "<>";
    Recipient recipient;
    recipient.address = address;
    recipient.target = std::move(parsed.target);
    const RecipientGuide::Answer answer = guide.expand(envelope, recipient, found);
    if (answer.ok) return Exit::kOk;
    say(cat(address, "... ", answer.text));
    return answer.code < 500 ? Exit::kTempFail : Exit::kNoUser;
}

}  // namespace

Exit submit_mode(Invocation& invocation) {
    if (invocation.command.queue_run) return queue_mode(invocation);
    const Config& config = *invocation.config;
    prepare_process(invocation);
    ignore_sigpipe();
    Caller caller = find_caller(config);
    auto parts = MailParts::make(*invocation.config);
    if (!parts.ok()) return trouble(parts.error());
    if (delivers_at_once(config.options)) (*parts)->prepare_client_tls();
    if (const auto& user = (*parts)->session_user()) {
        if (const Status done = become_session_user(*user); !done.ok()) {
            return trouble(done.error());
        }
    }
    QueueOutlet outlet(config, **parts);
    const SessionServices services{config,
                                   system_clock(),
                                   (*parts)->store(),
                                   (*parts)->guide(),
                                   outlet,
                                   [](std::chrono::milliseconds span) { sleep_for(span); }};
    Submission submission(services, **parts, invocation.command, std::move(caller));
    return submission.run();
}

Exit verify_mode(Invocation& invocation) {
    const Config& config = *invocation.config;
    prepare_process(invocation);
    if (invocation.command.recipients.empty()) {
        say("Recipient names must be specified");
        return Exit::kUsage;
    }
    auto parts = MailParts::make(*invocation.config);
    if (!parts.ok()) return trouble(parts.error());
    std::vector<Recipient> found;
    Exit status = Exit::kOk;
    for (const std::string& address : invocation.command.recipients) {
        const Exit one = verify_one(config, (*parts)->guide(), address, &found);
        if (one != Exit::kOk) status = one;
    }
    for (const Recipient& recipient : found) say(deliverable(recipient));
    return status;
}

}  // namespace sm
