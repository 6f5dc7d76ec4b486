#include "sendmail/deliver/client_security.h"

#include "libcf/class_table.h"
#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/deliver/client_auth.h"
#include "sendmail/deliver/stacked_stream.h"
#include "sendmail/deliver/status_text.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/log/security_log.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};
constexpr std::string_view kTlsRcpt = "tls_rcpt";
constexpr std::string_view kTlsFeatures = "tls_clt_features";

// "[192.0.2.1]" and names without their final dot.
std::string macro_name(const std::string& host) {
    return host.size() > 1 && host.back() == '.' ? host.substr(0, host.size() - 1) : host;
}

std::string refusal_text(const CheckVerdict& verdict) {
    return cat(verdict.smtp, " ", verdict.dsn, verdict.dsn.empty() ? "" : " ", verdict.text);
}

CheckVerdict sts_refusal(int code, std::string text) {
    CheckVerdict verdict;
    verdict.kind = CheckVerdict::Kind::kReject;
    verdict.smtp = code;
    verdict.dsn = "4.7.0";
    verdict.text = std::move(text);
    return verdict;
}

void log_refusal(std::string_view ruleset, const std::string& argument, const CheckVerdict& verdict,
                 const SmtpConnection& connection, std::string_view id) {
    RulesetLine line;
    line.id = id;
    line.ruleset = ruleset;
    line.arg1 = argument;
    line.relay = connection.security.server_name;
    line.result = cat("reject=", refusal_text(verdict));
    log_ruleset(line);
}

}  // namespace

void set_connection_macros(const ConnectionSecurity& security, const Config& config,
                           MacroScope* macros) {
    macros->set("server_name", security.server_name);
    macros->set("server_addr", security.server_addr);
    set_verify_macro(security.verify, macros);
    if (config.options.set_cert_altnames) config.classes().set_cert_altnames({});
    if (security.tls) set_tls_macros(*security.tls, config, macros);
    clear_auth_macros(macros);
    if (security.auth) set_auth_macros(*security.auth, macros);
}

SmtpProblem refusal_problem(const CheckVerdict& verdict) {
    SmtpProblem problem;
    problem.dsn = verdict.dsn;
    if (verdict.smtp >= 500) {
        problem.status = Exit::kUnavailable;
        problem.text = exit_info(Exit::kUnavailable).text;
    } else {
        problem.text = cat("Deferred: ", refusal_text(verdict));
    }
    return problem;
}

TlsRcptCheck::TlsRcptCheck(const Config& config, const MacroScope& scope,
                           const SmtpConnection& connection, std::string id)
    : config_(config),
      wanted_(has_ruleset(config, kTlsRcpt)),
      sts_wanted_(config.options.strict_transport_security && has_ruleset(config, kTlsFeatures) &&
                  !connection.security.sts_is_off && connection.security.verify != "OK" &&
                  connection.security.verify != "TRUSTED"),
      connection_(connection),
      id_(std::move(id)),
      macros_(&scope),
      rewriter_(config, macros_) {
    if (wanted_ || sts_wanted_) set_connection_macros(connection.security, config, &macros_);
}

// Where the policy of the recipient's domain wants a verified server, this one will not do (RFC
// 8461 section 5), whatever the rules think of its certificate.
const CheckVerdict& TlsRcptCheck::sts_verdict(const std::string& recipient) {
    const std::size_t at = recipient.rfind('@');
    std::string domain = at == std::string::npos ? "" : macro_name(recipient.substr(at + 1));
    if (domain == sts_domain_) return sts_verdict_;
    sts_domain_ = std::move(domain);
    sts_verdict_ = {};
    if (sts_domain_.empty()) return sts_verdict_;
    const ConnectionSecurity& security = connection_.security;
    CheckVerdict policy = check_ruleset(
        rewriter_, kTlsFeatures, {security.server_name, sts_domain_}, Deadline::in(kRulesetTime));
    if (policy.kind != CheckVerdict::Kind::kAccept) {
        sts_verdict_ = sts_refusal(451, "STS lookup temp fail");
    } else if (parse_tls_features(cat(policy.mailer, policy.result)).sts_secure) {
        sts_verdict_ =
            sts_refusal(454, cat("MTA-STS wants a verified server, verify=", security.verify));
    }
    return sts_verdict_;
}

std::optional<DeliveryResult> TlsRcptCheck::refusal(const std::string& recipient) {
    CheckVerdict verdict;
    if (wanted_) {
        verdict = check_ruleset(rewriter_, kTlsRcpt, {recipient}, Deadline::in(kRulesetTime));
    }
    if (sts_wanted_ && verdict.kind != CheckVerdict::Kind::kReject) {
        verdict = sts_verdict(recipient);
    }
    if (verdict.kind != CheckVerdict::Kind::kReject) return {};
    log_refusal(kTlsRcpt, recipient, verdict, connection_, id_);
    const SmtpProblem problem = refusal_problem(verdict);
    DeliveryResult result = result_of(problem.status);
    result.dsn = problem.dsn;
    result.text = problem.text;
    return result;
}

ClientSecurity::ClientSecurity(const ClientSecuritySetup& setup, const MacroScope& scope,
                               SmtpConnection& connection)
    : setup_(setup),
      connection_(connection),
      macros_(&scope),
      rewriter_(setup.config, macros_),
      relay_(connection.relay()) {}

CheckVerdict ClientSecurity::check(std::string_view ruleset,
                                   const std::vector<std::string>& arguments) {
    return check_ruleset(rewriter_, ruleset, arguments, Deadline::in(kRulesetTime));
}

bool ClientSecurity::forbidden(char modifier) const {
    return setup_.client != nullptr && setup_.client->has(modifier);
}

// What the ruleset clt_features turns off for this server.
std::optional<SmtpProblem> ClientSecurity::load_features() {
    constexpr std::string_view kRuleset = "clt_features";
    if (!has_ruleset(setup_.config, kRuleset)) return {};
    const std::string& name = connection_.security.server_name;
    const CheckVerdict verdict = check(kRuleset, {name});
    if (verdict.kind == CheckVerdict::Kind::kReject || iequals(verdict.mailer, "temp")) {
        // A lookup that could not tell: what is turned off for a reason is not tried by chance.
        SmtpProblem problem;
        problem.dsn = "4.3.0";
        problem.text = "Deferred: clt_features lookup failed";
        return problem;
    }
    if (verdict.mailer.empty()) return {};
    allowed_ = parse_client_features(cat(verdict.mailer, " ", verdict.result));
    for (const std::string& complaint : allowed_.complaints) {
        log_at(9, LogPriority::kWarning,
               cat(setup_.id, ": clt_features, relay=", relay_, ": ", complaint));
    }
    connection_.allow_pipelining(allowed_.pipelining);
    connection_.security.sts_is_off = !allowed_.sts;
    return {};
}

// True when the DNS demands that, and the configuration does not say to pass over it.
bool ClientSecurity::dane_wants(DanePolicy::Kind kind) const {
    return setup_.dane != nullptr && setup_.dane->kind == kind && allowed_.dane &&
           !features_.no_dane;
}

// What no ruleset can allow: less than the DNS demands (RFC 7672 section 2.2).
std::optional<SmtpProblem> ClientSecurity::dane_problem() const {
    const ConnectionSecurity& security = connection_.security;
    const bool good = dane_wants(DanePolicy::Kind::kVerify)    ? security.verify == "TRUSTED"
                      : dane_wants(DanePolicy::Kind::kEncrypt) ? security.tls.has_value()
                                                               : true;
    if (good) return {};
    SmtpProblem problem;
    problem.dsn = "4.7.0";
    problem.text =
        cat("Deferred: 403 4.7.0 ",
            security.tls ? "DANE check failed." : "DANE wants TLS, which is not offered.");
    return problem;
}

// The ruleset try_tls may say no, to servers whose STARTTLS is broken.
bool ClientSecurity::wants_tls() {
    if (!connection_.offer().starttls || !allowed_.starttls || forbidden('S')) return false;
    if (!has_ruleset(setup_.config, "try_tls")) return true;
    const std::string& name = connection_.security.server_name;
    const CheckVerdict verdict = check("try_tls", {name});
    if (verdict.kind != CheckVerdict::Kind::kReject) return true;
    log_refusal("try_tls", name, verdict, connection_, "");
    return false;
}

bool ClientSecurity::read_features(TlsClientSession* session) {
    session->fingerprint = setup_.tls.fingerprint();
    if (!has_ruleset(setup_.config, kTlsFeatures)) return true;
    const ConnectionSecurity& security = connection_.security;
    // MTA-STS is a matter of the domain that is delivered to, not of the server's address.
    const bool strict = setup_.config.options.strict_transport_security && allowed_.sts;
    const CheckVerdict verdict = check(
        kTlsFeatures, {security.server_name,
                       strict && !setup_.domain.empty() ? setup_.domain : security.server_addr});
    if (verdict.kind != CheckVerdict::Kind::kAccept) {
        log_tls_features_error(kTlsFeatures, cat("failed, reason=", verdict.text), relay_);
        return false;
    }
    const std::string text =
        verdict.mailer.empty() ? verdict.result : cat(verdict.mailer, verdict.result);
    log_tls_features(kTlsFeatures, text, relay_);
    features_ = parse_tls_features(text);
    if (!features_.error.empty()) {
        log_tls_features_error(kTlsFeatures, features_.error, relay_);
        return false;
    }
    session->features = features_.session;
    session->features.open = setup_.config.maps().environment().open_file;
    session->server_name = features_.server_name;
    if (iequals(session->server_name, "hostname")) session->server_name = security.server_name;
    return true;
}

// The certificates that the DNS names.
void ClientSecurity::add_dane(TlsClientSession* session) const {
    if (!dane_wants(DanePolicy::Kind::kVerify)) return;
    session->tlsa = setup_.dane->records;
    session->dane_names = setup_.dane->names;
    if (session->server_name.empty()) session->server_name = setup_.dane->base;
}

std::optional<SmtpProblem> ClientSecurity::handshake(const TlsClientSession& session,
                                                     bool* failed) {
    const TlsClientContext& context = *setup_.tls.get();
    const Deadline deadline = Deadline::in(connection_.timeouts().starttls);
    Error error;
    std::optional<TlsFacts> facts;
    // Whatever the server sent in clear text behind its 220 is gone with the old reader.
    connection_.add_layer([&](std::unique_ptr<ByteStream> below) -> std::unique_ptr<ByteStream> {
        auto stream = context.connect(*below, session, deadline);
        if (!stream.ok()) {
            error = std::move(stream).error();
            return nullptr;
        }
        facts = (*stream)->facts();
        return stack_streams(std::move(below), std::move(stream).value());
    });
    ConnectionSecurity& security = connection_.security;
    if (facts) {
        security.verify = facts->verify;
        security.tls = std::move(facts);
        set_connection_macros(security, setup_.config, &macros_);
        log_tls_session("client", security.server_name, *security.tls);
        return connection_.say_hello(setup_.mailer, setup_.own_name);
    }
    *failed = true;
    security.verify = error.code == Exit::kConfig ? "CONFIG" : "SOFTWARE";
    log_tls_failure("client", security.server_name, error.text);
    return {};
}

// Asks for TLS. {verify} says what came of it; a problem means the connection is lost.
std::optional<SmtpProblem> ClientSecurity::start_tls(bool* handshake_failed) {
    ConnectionSecurity& security = connection_.security;
    if (setup_.tls.get() == nullptr) return {};
    TlsClientSession session;
    if (!read_features(&session)) {
        security.verify = "CONFIG";
        return {};
    }
    add_dane(&session);
    if (const Status sent = connection_.send("STARTTLS\r\n"); !sent.ok()) {
        return connection_.lost(sent.error());
    }
    const auto reply = connection_.read_reply(connection_.timeouts().starttls, "STARTTLS");
    if (!reply.ok()) return connection_.lost(reply.error());
    if (reply->code != 220) {
        // Refused for good: a server that offers what it does not have is one without STARTTLS.
        if (reply->kind() != 5) security.verify = reply->kind() == 4 ? "TEMP" : "PROTOCOL";
        return {};
    }
    return handshake(session, handshake_failed);
}

// The ruleset tls_server decides about what is there now, TLS or not.
std::optional<SmtpProblem> ClientSecurity::judge_server() {
    const std::string verify = connection_.security.verify;
    set_connection_macros(connection_.security, setup_.config, &macros_);
    if (!has_ruleset(setup_.config, "tls_server")) {
        if (verify != "SOFTWARE") return {};
        SmtpProblem problem;
        problem.dsn = "4.7.0";
        problem.text = "Deferred: 403 4.7.0 TLS handshake failed.";
        return problem;
    }
    const CheckVerdict verdict = check("tls_server", {verify});
    if (verdict.kind != CheckVerdict::Kind::kReject) return {};
    log_refusal("tls_server", verify, verdict, connection_, "");
    return refusal_problem(verdict);
}

ClientSecurity::Outcome ClientSecurity::secure(const SocketAddress& address, bool in_clear) {
    Outcome out;
    ConnectionSecurity& security = connection_.security;
    security = {};
    security.server_name = macro_name(connection_.host());
    security.server_addr =
        address.is_ip() ? address.prefixed(setup_.config.options.use_compressed_ipv6_addresses)
                        : setup_.mailer.name;
    if (in_clear) security.verify = "CLEAR";
    set_connection_macros(security, setup_.config, &macros_);
    out.problem = load_features();
    if (out.problem) return out;
    bool failed = false;
    if (!in_clear && wants_tls()) {
        out.problem = start_tls(&failed);
        if (out.problem) return out;
    }
    if (!security.tls && security.verify == "NONE" &&
        (dane_wants(DanePolicy::Kind::kVerify) || dane_wants(DanePolicy::Kind::kEncrypt))) {
        security.verify = "DANE_NOTLS";
    }
    out.problem = judge_server();
    if (failed) {
        const bool fallback =
            features_.fallback_to_clear.value_or(setup_.config.options.tls_fallback_to_clear);
        out.retry_in_clear = fallback && security.verify == "SOFTWARE" && !dane_problem();
        // Without a stream nothing more can be said here, whatever the rules think of it.
        if (!out.problem) {
            out.problem = SmtpProblem{};
            out.problem->dsn = "4.7.0";
            out.problem->text = "Deferred: 403 4.7.0 TLS handshake failed.";
        }
        out.problem->lost = true;
        return out;
    }
    if (!out.problem) out.problem = dane_problem();
    if (out.problem || !allowed_.auth || forbidden('A') || connection_.offer().auth.empty()) {
        return out;
    }
    out.problem = authenticate({setup_.config, setup_.own_name, setup_.mailer, setup_.id}, macros_,
                               address, connection_);
    return out;
}

}  // namespace sm
