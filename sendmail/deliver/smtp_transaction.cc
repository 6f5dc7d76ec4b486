#include "sendmail/deliver/smtp_transaction.h"

#include <algorithm>

#include "libsm/encodings.h"
#include "libsm/strings.h"
#include "sendmail/deliver/client_security.h"
#include "sendmail/deliver/status_text.h"

namespace sm {
namespace {

// Commands that may be under way at once: their replies must fit into the buffers between the
// peers, or both would wait for each other.
constexpr std::size_t kMaxUnderWay = 100;
constexpr std::string_view kEndOfMessage = ".\r\n";

std::string notify_words(const Notify& notify) {
    if (notify.never()) return "NEVER";
    std::string words;
    const auto add = [&words](std::string_view word) {
        append(words, words.empty() ? "" : ",", word);
    };
    if (notify.success) add("SUCCESS");
    if (notify.failure) add("FAILURE");
    if (notify.delay) add("DELAY");
    return words;
}

// "rfc822;x@y", its address as xtext.
std::string original_recipient(const std::string& orcpt) {
    const std::size_t semicolon = orcpt.find(';');
    if (semicolon == std::string::npos) return {};
    return cat(std::string_view(orcpt).substr(0, semicolon), ';',
               xtext_encode(std::string_view(orcpt).substr(semicolon + 1)));
}

std::string dsn_or(const SmtpReply& reply, std::string_view fallback) {
    const std::string_view said = reply.dsn();
    return std::string(said.empty() ? fallback : said);
}

}  // namespace

bool is_safe_path(std::string_view mailbox) {
    bool quoted = false;
    for (std::size_t i = 0; i < mailbox.size(); ++i) {
        const char c = mailbox[i];
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) return false;
        if (c == '\\') {
            ++i;
            if (i >= mailbox.size() || static_cast<unsigned char>(mailbox[i]) < ' ') return false;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == ' ' || c == '<' || c == '>')) {
            return false;
        }
    }
    return !quoted;
}

SmtpTransaction::SmtpTransaction(SmtpConnection& connection, const Envelope& envelope,
                                 const Batch& batch, const AgentContext& context,
                                 std::string sender)
    : connection_(connection),
      envelope_(envelope),
      batch_(batch),
      context_(context),
      sender_(std::move(sender)),
      results_(batch.recipients.size()),
      settled_(batch.recipients.size(), false),
      accepted_(batch.recipients.size(), false) {
    for (DeliveryResult& result : results_) result = deferred_result({});
}

void SmtpTransaction::settle_all(const DeliveryResult& result) {
    for (std::size_t i = 0; i < results_.size(); ++i) {
        if (settled_[i]) continue;
        results_[i] = result;
        settled_[i] = true;
    }
}

void SmtpTransaction::connection_lost(const Error& error) {
    const SmtpProblem problem = connection_.lost(error);
    DeliveryResult result = deferred_result({}, problem.dsn);
    result.text = problem.text;
    settle_all(result);
}

DeliveryResult SmtpTransaction::refusal(Exit status, std::string dsn,
                                        const SmtpReply& reply) const {
    DeliveryResult result = result_of(status);
    result.dsn = std::move(dsn);
    result.reply = reply.first_line();
    if (status == Exit::kTempFail) result.text = cat("Deferred: ", result.reply);
    return result;
}

// Things that the offer of the server forbids.
bool SmtpTransaction::check_offer() {
    const SmtpOffer& offer = connection_.offer();
    if (offer.size && offer.max_size > 0 && envelope_.message_size > offer.max_size) {
        DeliveryResult result = result_of(Exit::kUnavailable);
        result.dsn = "5.3.4";
        if (context_.transcript) {
            context_.transcript(
                cat("552 5.3.4 Message is too large; ", offer.max_size, " bytes max"));
        }
        settle_all(result);
        return false;
    }
    if (envelope_.deliver_by && envelope_.deliver_by->mode == 'R' && !offer.deliver_by) {
        DeliveryResult result = result_of(Exit::kUnavailable);
        result.dsn = "5.4.7";
        if (context_.transcript)
            context_.transcript("554 5.4.7 Server does not support Deliver By");
        settle_all(result);
        return false;
    }
    return true;
}

bool SmtpTransaction::prepare(MessageSource& message) {
    if (!is_safe_path(sender_)) {
        settle_all(result_of(Exit::kDataErr));
        return false;
    }
    TlsRcptCheck tls_rcpt(context_.config, envelope_.macros, connection_, envelope_.id.str());
    for (std::size_t i = 0; i < results_.size(); ++i) {
        const std::string& mailbox = batch_.recipients[i]->target.user;
        if (mailbox.empty() || !is_safe_path(mailbox)) {
            results_[i] = result_of(Exit::kDataErr);
            settled_[i] = true;
        } else if (const auto refused = tls_rcpt.refusal(mailbox)) {
            results_[i] = *refused;
            settled_[i] = true;
        }
    }
    if (!check_offer()) return false;
    form_.smtp = true;
    if (message.needs_eight_bit()) {
        with_body_ = connection_.offer().eight_bit;
        form_.seven_bit = !with_body_ && !batch_.mailer->has('8');
    }
    return std::find(settled_.begin(), settled_.end(), false) != settled_.end();
}

std::string SmtpTransaction::mail_command() const {
    const SmtpOffer& offer = connection_.offer();
    std::string out = cat("MAIL From:<", sender_, '>');
    if (offer.size && envelope_.message_size > 0) append(out, " SIZE=", envelope_.message_size);
    if (with_body_) {
        out += " BODY=8BITMIME";
    } else if (offer.eight_bit && envelope_.body_type == "7BIT") {
        out += " BODY=7BIT";
    }
    if (offer.dsn) {
        if (!envelope_.envid.empty()) append(out, " ENVID=", xtext_encode(envelope_.envid));
        if (envelope_.ret_given) append(out, " RET=", envelope_.no_body_return ? "HDRS" : "FULL");
    }
    // RFC 4954 section 5; option AuthOptions=A: only where we are known.
    const bool known_only = context_.config.options.auth_options.find('A') != std::string::npos;
    if (envelope_.auth_param && !offer.auth.empty() && (!known_only || connection_.security.auth)) {
        const std::string& author = *envelope_.auth_param;
        append(out, " AUTH=", author == "<>" ? author : xtext_encode(author));
    }
    if (envelope_.deliver_by && offer.deliver_by) {
        const std::int64_t age = context_.clock.now() - envelope_.created;
        append(out, " BY=", envelope_.deliver_by->seconds - age, ';', envelope_.deliver_by->mode,
               envelope_.deliver_by->trace ? "T" : "");
    }
    return out;
}

std::string SmtpTransaction::recipient_command(const Recipient& recipient) const {
    // Mailer flag s: "\user" of a .forward is user. Other quotes hold one address together.
    std::string_view user = recipient.target.user;
    const MailerSpec* mailer = recipient.target.mailer;
    if (mailer != nullptr && mailer->has('s') && user.size() > 1 && user[0] == '\\' &&
        is_alnum(user[1])) {
        user.remove_prefix(1);
    }
    std::string out = cat("RCPT To:<", user, '>');
    if (!connection_.offer().dsn) return out;
    if (recipient.notify.given) append(out, " NOTIFY=", notify_words(recipient.notify));
    const std::string original = original_recipient(recipient.orcpt);
    if (!original.empty()) append(out, " ORCPT=", original);
    return out;
}

// Sends commands as one write, or one after the other, and reads their answers.
bool SmtpTransaction::exchange(std::vector<Asked> commands) {
    const bool together = connection_.offer().pipelining;
    if (!together) {
        for (const Asked& asked : commands) {
            // Without a recipient there is nothing to begin a message for.
            if (asked.step == Step::kData &&
                std::find(accepted_.begin(), accepted_.end(), true) == accepted_.end()) {
                return false;
            }
            const Status sent = connection_.send(cat(asked.command, "\r\n"));
            if (!sent.ok()) {
                lost_early_ = true;
                connection_lost(sent.error());
                return false;
            }
            if (!read_answer(asked, asked.command)) return false;
            if (std::find(settled_.begin(), settled_.end(), false) == settled_.end()) return false;
        }
        return true;
    }
    std::string text;
    for (const Asked& asked : commands) append(text, asked.command, "\r\n");
    const Status sent = connection_.send(text);
    if (!sent.ok()) {
        lost_early_ = true;
        connection_lost(sent.error());
        return false;
    }
    for (const Asked& asked : commands) {
        // A report shows the last command that was said when an answer came.
        const std::string& shown =
            asked.step == Step::kRecipient ? commands.back().command : asked.command;
        if (!read_answer(asked, shown)) return false;
    }
    return true;
}

bool SmtpTransaction::read_answer(const Asked& asked, const std::string& shown) {
    const Timeouts& times = connection_.timeouts();
    const std::chrono::seconds limit = asked.step == Step::kReset       ? times.rset
                                       : asked.step == Step::kMail      ? times.mail
                                       : asked.step == Step::kRecipient ? times.rcpt
                                                                        : times.datainit;
    const auto reply = connection_.read_reply(limit, shown);
    if (!reply.ok()) {
        lost_early_ = true;
        connection_lost(reply.error());
        return false;
    }
    switch (asked.step) {
        case Step::kReset:
            connection_.needs_reset = false;
            break;
        case Step::kMail:
            judge_mail(reply.value());
            break;
        case Step::kRecipient:
            judge_recipient(asked.recipient, reply.value());
            break;
        case Step::kData:
            judge_data(reply.value());
            break;
    }
    if (reply.value().code != 421) return true;
    // The server closes the connection; whatever is still open was not accepted.
    settle_all(refusal(Exit::kTempFail, dsn_or(reply.value(), "4.0.0"), reply.value()));
    connection_.close();
    return false;
}

void SmtpTransaction::judge_mail(const SmtpReply& reply) {
    if (reply.kind() == 2) return;
    if (reply.kind() == 4) {
        settle_all(refusal(Exit::kTempFail, dsn_or(reply, dsn_of_reply_code(reply.code)), reply));
    } else if (reply.code == 501) {
        settle_all(refusal(Exit::kDataErr, dsn_or(reply, "5.5.2"), reply));
    } else if (reply.code == 552) {
        settle_all(refusal(Exit::kUnavailable, dsn_or(reply, "5.3.4"), reply));
    } else if (reply.code == 553) {
        settle_all(refusal(Exit::kDataErr, dsn_or(reply, "5.1.3"), reply));
    } else if (reply.kind() == 5) {
        settle_all(refusal(Exit::kUnavailable, dsn_or(reply, "5.0.0"), reply));
    } else {
        settle_all(refusal(Exit::kProtocol, "5.5.1", reply));
    }
}

void SmtpTransaction::judge_recipient(std::size_t index, const SmtpReply& reply) {
    if (settled_[index]) return;  // MAIL was refused
    if (reply.kind() == 2) {
        accepted_[index] = true;
        return;
    }
    settled_[index] = true;
    const std::string usual = dsn_of_reply_code(reply.code);
    if (reply.kind() == 4) {
        results_[index] = refusal(Exit::kTempFail, dsn_or(reply, usual), reply);
    } else if (reply.code == 550) {
        results_[index] = refusal(Exit::kNoUser, dsn_or(reply, "5.1.1"), reply);
    } else if (reply.code == 551) {
        results_[index] = refusal(Exit::kNoUser, dsn_or(reply, usual), reply);
    } else if (reply.code == 553) {
        results_[index] = refusal(Exit::kNoUser, dsn_or(reply, "5.1.3"), reply);
    } else if (reply.kind() == 5) {
        results_[index] = refusal(Exit::kUnavailable, dsn_or(reply, usual), reply);
    } else {
        results_[index] = refusal(Exit::kProtocol, "5.0.0", reply);
    }
}

void SmtpTransaction::judge_data(const SmtpReply& reply) {
    if (reply.kind() == 3) {
        go_ahead_ = true;
        return;
    }
    connection_.needs_reset = true;
    if (reply.kind() == 4) {
        settle_all(refusal(Exit::kTempFail, dsn_or(reply, "4.0.0"), reply));
    } else if (reply.kind() == 5) {
        settle_all(refusal(Exit::kUnavailable, dsn_or(reply, "5.0.0"), reply));
    } else {
        // An answer of another kind than was asked for: the peers are out of step.
        settle_all(refusal(Exit::kTempFail, "4.5.0", reply));
        connection_.close();
    }
}

// MAIL, RCPT and DATA. True: the server waits for the message (or for its end, when no recipient
// was accepted).
bool SmtpTransaction::say_envelope() {
    std::vector<Asked> commands;
    if (connection_.needs_reset) commands.push_back({Step::kReset, 0, "RSET"});
    commands.push_back({Step::kMail, 0, mail_command()});
    for (std::size_t i = 0; i < results_.size(); ++i) {
        if (settled_[i]) continue;
        if (commands.size() >= kMaxUnderWay) {
            connection_.needs_reset = true;
            if (!exchange(std::move(commands))) return false;
            commands.clear();
        }
        commands.push_back({Step::kRecipient, i, recipient_command(*batch_.recipients[i])});
    }
    commands.push_back({Step::kData, 0, "DATA"});
    if (!exchange(std::move(commands))) return false;
    return go_ahead_ && connection_.is_open();
}

std::vector<DeliveryResult> SmtpTransaction::run(MessageSource& message) {
    if (prepare(message)) {
        const bool waits = say_envelope();
        const bool anybody = std::find(settled_.begin(), settled_.end(), false) != settled_.end();
        if (waits && anybody) {
            send_message(message);
        } else if (waits) {
            end_empty_message();
        } else {
            connection_.needs_reset = true;
        }
    }
    for (DeliveryResult& result : results_) {
        result.relay = connection_.relay();
        result.remote_mta = connection_.host();
        result.dsn_capable = connection_.offer().dsn;
    }
    return results_;
}

// The server said 354 although it wants none of the recipients: it must get an end of message.
void SmtpTransaction::end_empty_message() {
    connection_.needs_reset = true;
    if (!connection_.send(kEndOfMessage).ok()) {
        connection_.close();
        return;
    }
    const auto reply = connection_.read_reply(connection_.timeouts().datafinal, ".");
    if (!reply.ok() || reply.value().code == 421) connection_.close();
}

void SmtpTransaction::send_message(MessageSource& message) {
    std::string held;  // the last piece leaves together with the final dot
    bool wire_failed = false;
    const Status written =
        message.write_message(*batch_.mailer, batch_, form_, [&](std::string_view piece) {
            Status sent;
            if (!held.empty()) sent = connection_.send_data(held);
            held = piece;
            wire_failed = !sent.ok();
            return sent;
        });
    if (!written.ok() && !wire_failed) {
        // Ours to blame: what was sent so far must not be taken for the message.
        connection_.close();
        settle_all(result_of_error(written.error()));
        return;
    }
    if (connection_.witness().progress) connection_.witness().progress(">>> .");
    const Status ended = written.ok() ? connection_.send_data(cat(held, kEndOfMessage)) : written;
    if (!ended.ok()) {
        connection_lost(ended.error());
        return;
    }
    read_final_replies();
}

void SmtpTransaction::read_final_replies() {
    ++connection_.messages;
    for (std::size_t i = 0; i < results_.size(); ++i) {
        if (settled_[i]) continue;
        const auto reply = connection_.read_reply(connection_.timeouts().datafinal, "DATA");
        if (!reply.ok()) {
            connection_lost(reply.error());
            return;
        }
        connection_.final_reply = reply->first_line();
        const DeliveryResult result = final_result(reply.value());
        if (result.status != Exit::kOk) connection_.needs_reset = true;
        if (lmtp()) {
            results_[i] = result;
            settled_[i] = true;
        } else {
            settle_all(result);
        }
        if (reply.value().code == 421) {
            settle_all(result);
            connection_.close();
            return;
        }
    }
}

DeliveryResult SmtpTransaction::final_result(const SmtpReply& reply) const {
    const std::string usual = dsn_of_reply_code(reply.code);
    switch (reply.kind()) {
        case 2: {
            DeliveryResult result = result_of(Exit::kOk);
            const std::string_view said = reply.text(connection_.offer().enhanced_codes);
            if (!said.empty()) result.text = cat("Sent (", said, ')');
            result.dsn = dsn_or(reply, "2.0.0");
            return result;
        }
        case 4:
            return refusal(Exit::kTempFail, dsn_or(reply, usual), reply);
        case 5:
            if (reply.code >= 550 && reply.code <= 556) {
                return refusal(Exit::kUnavailable, dsn_or(reply, usual), reply);
            }
            return refusal(Exit::kProtocol, dsn_or(reply, usual), reply);
        default:
            return refusal(Exit::kProtocol, "5.0.0", reply);
    }
}

}  // namespace sm
