// The greeting, HELO and EHLO.
#include "libsm/strings.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr std::size_t kMaxHeloName = 256;

}  // namespace

Reply ServerSession::greet() {
    const std::optional<Reply> instead = check_connection();
    if (!start_smtps()) {
        Reply gone = no_reply();
        gone.close = true;
        return gone;
    }
    if (instead) return *instead;
    const std::string text = expand_macros(config_.options.smtp_greeting_message, macros_);
    const std::string_view line = std::string_view(text).substr(0, text.find('\n'));
    const std::size_t blank = line.find(' ');
    const std::string_view first = line.substr(0, blank);
    const std::string_view rest = blank == std::string_view::npos ? "" : line.substr(blank);
    return make_reply(220, "", cat(first, " ESMTP", rest));
}

std::vector<std::string> ServerSession::extensions() const {
    std::vector<std::string> out = {"ENHANCEDSTATUSCODES"};
    if (gate_) return out;
    const Options& options = config_.options;
    if (features_.pipelining) out.emplace_back("PIPELINING");
    if (features_.expn && !options.privacy.has(Privacy::kNoexpn)) out.emplace_back("EXPN");
    if (features_.verb && !options.privacy.has(Privacy::kNoverb)) out.emplace_back("VERB");
    if (!options.seven_bit_input) out.emplace_back("8BITMIME");
    out.push_back(options.max_message_size > 0 ? cat("SIZE ", options.max_message_size) : "SIZE");
    if (parameter_policy().dsn) out.emplace_back("DSN");
    if (features_.etrn && !options.privacy.has(Privacy::kNoetrn)) out.emplace_back("ETRN");
    if (security_.mechanisms && !security_.mechanisms->empty()) {
        out.push_back(cat("AUTH ", *security_.mechanisms));
    }
    if (tls_offered()) out.emplace_back("STARTTLS");
    if (options.deliver_by_min.count() >= 0) {
        out.push_back(options.deliver_by_min.count() > 0
                          ? cat("DELIVERBY ", options.deliver_by_min.count())
                          : "DELIVERBY");
    }
    out.emplace_back("HELP");
    return out;
}

// $r: RFC 3848.
void ServerSession::set_protocol_macro() {
    macros_.set("r", esmtp_ ? cat("ESMTP", security_.tls ? "S" : "", security_.auth ? "A" : "")
                            : std::string("SMTP"));
}

Reply ServerSession::hello(std::string_view verb, std::string_view argument, bool esmtp) {
    if (argument.empty() && !config_.options.allow_bogus_helo) {
        return make_reply(501, "5.0.0", cat(verb, " requires domain address"));
    }
    if (argument.size() > kMaxHeloName || !is_helo_name(argument)) {
        log_client(
            9, LogPriority::kInfo,
            cat("invalid domain name (", printable(argument, 100), ") from ", client_.relay()));
        return make_reply(501, "5.0.0", "Invalid domain name");
    }
    if (features_.wait_for_replies && client_.is_network && connection_.input_pending()) {
        gate_ = make_reply(550, "5.0.0", "Command rejected");
        return make_reply(554, "5.5.0", "SMTP protocol error");
    }
    end_transaction("");
    helo_ = argument;
    esmtp_ = esmtp;
    macros_.set("s", helo_);
    set_protocol_macro();
    Reply reply = make_reply(
        250, "", cat(macros_.get("j"), " Hello ", client_.relay(), ", pleased to meet you"));
    if (esmtp) {
        static_cast<void>(mechanisms());
        for (std::string& line : extensions()) reply.lines.push_back(std::move(line));
    }
    return repeat_limit(BadClient::Kind::kHelo, std::move(reply));
}

Reply ServerSession::cmd_helo(std::string_view argument) {
    return hello("HELO", argument, false);
}
Reply ServerSession::cmd_ehlo(std::string_view argument) {
    return hello("EHLO", argument, true);
}

}  // namespace sm
