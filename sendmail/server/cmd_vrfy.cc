// VRFY and EXPN.
#include <algorithm>

#include "libcf/address_parser.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/address_reply.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};

// "daemon <daemon@mx.test>": a local name gets our own host behind it.
std::string shown_address(const Recipient& recipient, std::string_view host,
                          std::string_view full_name) {
    std::string bare(trim(crack_address(recipient.address)));
    if (recipient.target.mailer != nullptr && recipient.target.mailer->has('l')) {
        const std::string& user = recipient.target.user;
        const bool special = !user.empty() && (user[0] == '/' || user[0] == '|');
        bare = special ? user : cat(user, '@', host);
    }
    return full_name.empty() ? cat('<', bare, '>') : cat(full_name, " <", bare, '>');
}

int mailer_number(const Recipient& recipient) {
    return recipient.target.mailer != nullptr ? recipient.target.mailer->number : 0;
}

// "a b, c": the addresses of the argument; blanks separate as well as commas (OldStyleHeaders).
std::vector<std::string> addresses_of(std::string_view argument) {
    std::vector<std::string> out;
    while (!(argument = trim(argument)).empty()) {
        std::size_t length = address_length(argument);
        const std::size_t comma = argument.substr(0, length).find(',');
        if (comma != std::string_view::npos && argument.front() != '"') length = comma;
        if (length > 0) out.emplace_back(argument.substr(0, length));
        argument.remove_prefix(std::min(argument.size(), std::max<std::size_t>(length, 1)));
        if (!argument.empty() && argument.front() == ',') argument.remove_prefix(1);
    }
    return out;
}

}  // namespace

Reply ServerSession::cmd_vrfy(std::string_view argument) {
    active_ = true;
    const PrivacySet& privacy = config_.options.privacy;
    log_inquiry(log_id(), client_.relay(), "VRFY", argument);
    if (privacy.has(Privacy::kNovrfy)) {
        return repeat_limit(
            BadClient::Kind::kVerify,
            make_reply(252, "2.5.2",
                       "Cannot VRFY user; try RCPT to attempt delivery (or try finger)"));
    }
    if (privacy.has(Privacy::kNeedVrfyHelo) && helo_.empty()) {
        return make_reply(503, "5.0.0", "I demand that you introduce yourself first");
    }
    return repeat_limit(BadClient::Kind::kVerify, verify_or_expand(argument, false));
}

Reply ServerSession::cmd_expn(std::string_view argument) {
    active_ = true;
    const PrivacySet& privacy = config_.options.privacy;
    log_inquiry(log_id(), client_.relay(), "EXPN", argument);
    if (!features_.expn || privacy.has(Privacy::kNoexpn)) {
        return repeat_limit(BadClient::Kind::kVerify,
                            make_reply(502, "5.7.0", "Sorry, we do not allow this operation"));
    }
    if (privacy.has(Privacy::kNeedExpnHelo) && helo_.empty()) {
        return make_reply(503, "5.0.0", "I demand that you introduce yourself first");
    }
    return repeat_limit(BadClient::Kind::kVerify, verify_or_expand(argument, true));
}

Reply ServerSession::verify_or_expand(std::string_view argument, bool expand) {
    if (argument.empty()) return make_reply(501, "5.5.2", "Argument required");
    const std::string given(argument);
    if (auto refusal = run_check(expand ? "check_expn" : "check_vrfy", {given}, "")) {
        return *refusal;
    }
    Reply reply = make_reply(250, "2.1.5", "");
    reply.lines.clear();
    Envelope scratch;
    scratch.macros.set_parent(&macros_);
    scratch.sender = "<>";
    for (const std::string& address : addresses_of(argument)) {
        Rewriter rewriter(config_, scratch.macros);
        ParsedAddress parsed = parse_address(rewriter, address, AddressRole::kEnvelopeRecipient,
                                             Deadline::in(kRulesetTime));
        if (trim(crack_address(address)).empty()) {
            return make_reply(550, "5.1.1", about(550, address, "User unknown"));
        }
        if (!parsed.ok()) return address_refusal(parsed, address, 553, log_id());
        Recipient recipient;
        recipient.address = address;
        recipient.target = std::move(parsed.target);
        RecipientGuide::Answer answer;
        std::vector<Recipient> members;
        if (expand) {
            answer = services_.guide.expand(scratch, recipient, &members);
        } else {
            answer = services_.guide.verify(scratch, recipient);
            if (answer.ok) members.push_back(recipient);
        }
        if (!answer.ok) {
            // How deep is for the administrator, not for the client.
            const std::size_t detail = answer.text.find(" (");
            if (answer.code == 554 && detail != std::string::npos) answer.text.resize(detail);
            return make_reply(answer.code, answer.dsn, about(answer.code, address, answer.text));
        }
        // Listed by mailer.
        std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
            return mailer_number(a) < mailer_number(b);
        });
        std::size_t at = 0;
        for (const Recipient& member : members) {
            const std::string name =
                expand ? services_.guide.full_name(member.target) : answer.full_name;
            const auto place = reply.lines.begin() + static_cast<std::ptrdiff_t>(at++);
            reply.lines.insert(place, shown_address(member, macros_.get("j"), name));
            const bool remote = member.target.mailer != nullptr &&
                                !member.target.mailer->has('q') && !member.target.mailer->has('l');
            if (remote && !expand) reply.code = 252;
        }
    }
    if (reply.none()) return make_reply(554, "5.5.2", cat("Nothing to ", expand ? "EXPN" : "VRFY"));
    return reply;
}

}  // namespace sm
