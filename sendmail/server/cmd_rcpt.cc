// RCPT.
#include "libcf/address_parser.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/address_reply.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};

Notify notify_of(const RcptParameters& given) {
    Notify out;
    if (!given.notify_given) return out;
    out.given = true;
    out.success = given.notify_success;
    out.failure = given.notify_failure;
    out.delay = given.notify_delay;
    return out;
}

std::string notify_words(const RcptParameters& given) {
    if (!given.notify_given) return {};
    std::vector<std::string> words;
    if (given.notify_success) words.emplace_back("SUCCESS");
    if (given.notify_failure) words.emplace_back("FAILURE");
    if (given.notify_delay) words.emplace_back("DELAY");
    return words.empty() ? "NEVER" : join(words, ",");
}

std::string target_key(const Target& target) {
    return cat(
        target.mailer != nullptr ? target.mailer->name : "", '\1', lower(target.host), '\1',
        target.mailer != nullptr && target.mailer->has('u') ? target.user : lower(target.user));
}

}  // namespace

std::optional<Reply> ServerSession::rcpt_allowed() {
    if (!have_sender_) return make_reply(503, "5.0.0", "Need MAIL before RCPT");
    const Options& options = config_.options;
    const std::int64_t good = good_recipients_;
    if (options.max_recipients_per_message > 0 && good >= options.max_recipients_per_message) {
        return make_reply(452, "4.5.3", "Too many recipients");
    }
    const std::int64_t limit =
        good > 0 ? options.bad_rcpt_shutdown_good : options.bad_rcpt_shutdown;
    if (limit > 0 && bad_recipients_ > limit) {
        return closing(make_reply(
            421, "4.7.0", cat(macros_.get("j"), " Too many bad recipients; closing connection")));
    }
    return {};
}

Reply ServerSession::bad_recipient(Reply reply) {
    ++bad_recipients_;
    envelope_.macros.set("nbadrcpts", cat(bad_recipients_));
    const std::int64_t throttle = config_.options.bad_rcpt_throttle;
    if (throttle > 0 && bad_recipients_ >= throttle) {
        if (bad_recipients_ == throttle) {
            log_client(6, LogPriority::kInfo,
                       cat(client_.relay(), ": Possible SMTP RCPT flood, throttling."));
        }
        static_cast<void>(connection_.flush(command_deadline()));
        services_.pause(std::chrono::seconds(1));
    }
    return reply;
}

Reply ServerSession::add_recipient(Recipient recipient) {
    ++good_recipients_;
    // Who waits for a map is as yet known by the address only.
    const auto key_of = [](const Recipient& one) {
        return one.target.mailer != nullptr ? target_key(one.target) : cat("address ", one.address);
    };
    const std::string key = key_of(recipient);
    if (!seen_targets_.insert(key).second) {
        // The same mailbox again: answered under the name it was given first, sent to once.
        for (const Recipient& known : envelope_.recipients) {
            if (key_of(known) == key) {
                return make_reply(250, "2.1.5", about(250, known.address, "Recipient ok"));
            }
        }
    }
    Reply reply = make_reply(250, "2.1.5", about(250, recipient.address, "Recipient ok"));
    envelope_.recipients.push_back(std::move(recipient));
    envelope_.macros.set("nrcpts", cat(envelope_.recipients.size()));
    return reply;
}

Reply ServerSession::cmd_rcpt(std::string_view argument) {
    if (auto refusal = rcpt_allowed()) return *refusal;
    const PathArgument path = parse_path_argument(argument, "TO");
    if (!path.ok) {
        return bad_recipient(make_reply(
            501, "5.5.2", cat("Syntax error in parameters scanning \"", path.scanned, "\"")));
    }
    if (path.unbalanced != '\0') {
        return bad_recipient(unbalanced_refusal(path.address, path.unbalanced, log_id()));
    }
    MacroScope& macros = envelope_.macros;
    if (trim(crack_address(path.address)).empty()) {
        return bad_recipient(
            make_reply(553, "5.0.0", about(553, path.address, "User address required")));
    }
    macros.set("addr_type", "e r");
    Rewriter rewriter(config_, macros);
    ParsedAddress parsed = parse_address(rewriter, path.address, AddressRole::kEnvelopeRecipient,
                                         Deadline::in(kRulesetTime));
    // Maps that wait for the queue run (-D) are no reason to refuse; who it is turns out then.
    const bool waits = parsed.queue_up && delivery_mode() == DeliveryMode::kDefer;
    if (!parsed.ok() && !waits) {
        return bad_recipient(address_refusal(parsed, path.address, 553, log_id()));
    }
    RcptParameters given;
    if (const auto bad = parse_rcpt_parameters(path.parameters, parameter_policy(), &given)) {
        return bad_recipient(make_reply(bad->code, bad->dsn, bad->text));
    }
    Recipient recipient;
    recipient.address = path.address;
    if (!waits) recipient.target = std::move(parsed.target);
    recipient.notify = notify_of(given);
    recipient.orcpt = given.orcpt.value_or("");
    macros.set("dsn_notify", notify_words(given));
    macros.set("rcpt_mailer",
               recipient.target.mailer != nullptr ? recipient.target.mailer->name : "");
    macros.set("rcpt_host", recipient.target.host);
    macros.set("rcpt_addr", recipient.target.user);
    auto refusal = run_check("check_rcpt", {recipient.address}, recipient.address);
    for (const char* name : {"rcpt_mailer", "rcpt_host", "rcpt_addr", "dsn_notify"}) {
        macros.hide(name);
    }
    if (refusal) return bad_recipient(*refusal);
    // Nobody gets a message that is thrown away: who is there to get it does not matter.
    const RecipientGuide::Answer answer =
        waits || discard_ ? RecipientGuide::Answer{} : services_.guide.verify(envelope_, recipient);
    if (!answer.ok) {
        log_user_error(log_id(), recipient.address, answer.text);
        return bad_recipient(make_reply(answer.code, answer.dsn,
                                        about(answer.code, recipient.address, answer.text)));
    }
    return add_recipient(std::move(recipient));
}

}  // namespace sm
