// The hook rulesets of a session, and what their verdicts mean for it.
#include <poll.h>

#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};
constexpr std::int64_t kMaxGreetPauseMs = 5 * 60 * 1000;

}  // namespace

CheckVerdict ServerSession::check(std::string_view ruleset,
                                  const std::vector<std::string>& arguments) {
    Rewriter rewriter(config_, envelope_.macros);
    return check_ruleset(rewriter, ruleset, arguments, Deadline::in(kRulesetTime));
}

void ServerSession::log_ruleset(std::string_view ruleset, const std::vector<std::string>& arguments,
                                std::string_view outcome) {
    // Before a message is begun the lines carry no id: see the recorded formats.
    const bool plain =
        ruleset == "check_relay" || ruleset == "tls_client" || ruleset == "trust_auth";
    RulesetLine line;
    if (!plain) line.id = log_id();
    line.ruleset = ruleset;
    if (!arguments.empty()) line.arg1 = arguments[0];
    if (arguments.size() > 1) line.arg2 = arguments[1];
    line.relay = client_.relay();
    line.result = outcome;
    sm::log_ruleset(line);
}

std::optional<Reply> ServerSession::judge(const CheckVerdict& verdict, std::string_view ruleset,
                                          const std::vector<std::string>& arguments,
                                          std::string_view address) {
    switch (verdict.kind) {
        case CheckVerdict::Kind::kAccept:
            return {};
        case CheckVerdict::Kind::kDiscard:
            log_ruleset(ruleset, arguments, "discard");
            discard_ = true;
            if (ruleset == "check_relay") client_discard_ = true;
            return {};
        case CheckVerdict::Kind::kQuarantine:
            log_ruleset(ruleset, arguments, cat("quarantine=", verdict.text));
            envelope_.quarantine_reason = verdict.text;
            envelope_.macros.set("quarantine", verdict.text);
            return {};
        case CheckVerdict::Kind::kReject:
            break;
    }
    int code = verdict.smtp;
    std::string dsn = verdict.dsn;
    if (config_.options.soft_bounce && code >= 500) {
        code -= 100;
        if (!dsn.empty()) dsn[0] = '4';
    }
    Reply reply = make_reply(code, dsn, about(code, address, verdict.text));
    log_ruleset(ruleset, arguments, cat("reject=", reply.text()));
    return reply;
}

std::optional<Reply> ServerSession::run_check(std::string_view ruleset,
                                              const std::vector<std::string>& arguments,
                                              std::string_view address) {
    if (!has_ruleset(config_, ruleset)) return {};
    return judge(check(ruleset, arguments), ruleset, arguments, address);
}

// The letters of the ruleset come last: they are about this client.
void ServerSession::load_features() {
    if (daemon_.has('a')) features_.require_auth = true;
    if (daemon_.has('A')) features_.auth = false;
    if (daemon_.has('E')) features_.etrn = false;
    if (daemon_.has('S')) features_.starttls = false;
    if (has_ruleset(config_, "srv_features")) {
        const CheckVerdict verdict = check("srv_features", {client_.relay(), ""});
        if (verdict.kind == CheckVerdict::Kind::kReject || iequals(verdict.mailer, "temp")) {
            features_.temporary_failure = true;
        } else if (!verdict.mailer.empty()) {
            // "$# S A": the first letter stands where a mailer's name would.
            apply_feature_letters(cat(verdict.mailer, " ", verdict.result), &features_);
        }
        for (const std::string& complaint : features_.complaints) {
            log_client(9, LogPriority::kWarning, cat("srv_features: ", complaint));
        }
    }
}

// Waits as long as the ruleset greet_pause says. True: the client did not wait for the banner.
bool ServerSession::early_talker() {
    if (!client_.is_network || daemon_.has('s')) return false;
    if (!has_ruleset(config_, "greet_pause")) return false;
    const CheckVerdict verdict = check("greet_pause", {client_.name, client_.address});
    const std::int64_t wait = leading_int(verdict.mailer);
    if (wait <= 0) return false;
    const auto span = std::chrono::milliseconds(std::min(wait, kMaxGreetPauseMs));
    const auto readable = wait_readable(connection_.fd(), Deadline::in(span));
    return readable.ok() && *readable;
}

// What is decided before the banner. A reply: the client gets it instead, and is sent away.
std::optional<Reply> ServerSession::check_connection() {
    const Reply rejected = make_reply(550, "5.0.0", "Command rejected");
    if (client_.is_network) {
        if (auto refusal = run_check("check_relay", {client_.name, client_.address}, "")) {
            if (refusal->code == 421) return closing(*refusal);
            gate_ = std::move(refusal);
        }
    }
    load_features();
    if (features_.temporary_failure && !gate_) {
        gate_ = make_reply(451, "4.3.0", "Temporary system failure. Please try again later.");
    }
    if (!gate_ && early_talker()) {
        log_at(9, LogPriority::kInfo,
               cat("rejecting commands from ", client_.relay(), " due to pre-greeting traffic"));
        gate_ = rejected;
        return make_reply(554, "", cat(macros_.get("j"), " ESMTP not accepting messages"));
    }
    return {};
}

}  // namespace sm
