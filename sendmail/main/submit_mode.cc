// -bm, -t and -bv.
#include <unistd.h>

#include "libcf/address_parser.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/main/caller.h"
#include "sendmail/main/job_outlet.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/submission.h"
#include "sendmail/privileged/identity.h"
#include "sendmail/route/router.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};
constexpr std::chrono::minutes kRouteTime{5};
constexpr std::string_view kLoop = "aliasing/forwarding loop broken";

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
    const bool quoted_file = recipient.address.starts_with('"') &&
                             recipient.target.mailer != nullptr &&
                             recipient.target.mailer->name == "*file*";
    append(out, ", user ", quoted_file ? recipient.address : recipient.target.user);
    return out;
}

// "F: line 2: nosuch... User unknown"
std::string complaint(const Recipient& recipient) {
    std::string out = recipient.listed_at.empty() ? "" : cat(recipient.listed_at, ": ");
    if (!recipient.status_text.starts_with(kLoop)) append(out, recipient.address, "... ");
    if (!recipient.status_text.empty()) return cat(out, recipient.status_text);
    return cat(out, exit_info(recipient.status).text);
}

Router::Hooks verify_hooks() {
    Router::Hooks hooks;
    hooks.log_alias = [](const std::string& address, const std::string& members) {
        log_alias("NOQUEUE", address, members);
    };
    hooks.log_forward = [](const std::string& user, const std::string& members) {
        log_forward("NOQUEUE", user, members);
    };
    hooks.warn = [](const std::string& text) {
        log_at(13, LogPriority::kNotice, cat("NOQUEUE: ", text));
    };
    return hooks;
}

// What expanding `envelope` found: complaints at once, the addresses that are good into `found`.
Exit note_found(Envelope& envelope, std::vector<Recipient>* found) {
    Exit status = Exit::kOk;
    for (Recipient& recipient : envelope.recipients) {
        const bool failed =
            recipient.state == Recipient::State::kFailed || recipient.status != Exit::kOk;
        if (!failed) {
            if (recipient.state == Recipient::State::kQueued)
                found->push_back(std::move(recipient));
            continue;
        }
        const std::string text = complaint(recipient);
        say(text);
        log_at(6, LogPriority::kNotice, cat("NOQUEUE: ", text));
        status = recipient.status;
        if (is_temporary(status)) status = Exit::kTempFail;
        if (recipient.status_text.starts_with(kLoop)) status = Exit::kUsage;
    }
    return status;
}

// Adds an address of the command line to `envelope`; says what is wrong with it.
Exit add_address(const Config& config, const std::string& address, Envelope* envelope) {
    MacroScope macros(&config.macros);
    Rewriter rewriter(config, macros);
    ParsedAddress parsed = parse_address(rewriter, address, AddressRole::kEnvelopeRecipient,
                                         Deadline::in(kRulesetTime));
    if (!parsed.ok()) {
        say(cat(address, "... ", parsed.message));
        return parsed.status;
    }
    Recipient recipient;
    recipient.address = address;
    recipient.target = std::move(parsed.target);
    envelope->recipients.push_back(std::move(recipient));
    return Exit::kOk;
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
    MacroScope macros(&config.macros);
    Envelope envelope;
    envelope.macros.set_parent(&macros);
    envelope.sender = "<>";
    Exit status = Exit::kOk;
    for (const std::string& address : invocation.command.recipients) {
        const Exit one = add_address(config, address, &envelope);
        if (one != Exit::kOk) status = one;
    }
    Router router(config, (*parts)->privileged());
    router.set_hooks(verify_hooks());
    router.set_aliasing(!invocation.command.no_alias);
    if (const Status done = router.expand(envelope, Deadline::in(kRouteTime)); !done.ok()) {
        say(done.error().text);
        return Exit::kTempFail;
    }
    std::vector<Recipient> found;
    const Exit expanded = note_found(envelope, &found);
    if (expanded != Exit::kOk) status = expanded;
    for (const Recipient& recipient : found) say(deliverable(recipient));
    return status;
}

}  // namespace sm
