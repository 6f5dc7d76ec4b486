// STARTTLS (RFC 3207), and the handshake before the greeting of smtps (M=s).
#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "libnet/tls_features.h"
#include "libsm/strings.h"
#include "sendmail/log/security_log.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

Reply not_available() {
    return make_reply(454, "4.3.3", "TLS currently not available");
}

}  // namespace

bool ServerSession::tls_offered() const {
    return features_.starttls && services_.tls != nullptr && services_.tls->get() != nullptr &&
           !security_.tls;
}

// What the ruleset tls_srv_features says for this client. False: unusable, logged.
bool ServerSession::tls_session_features(TlsServerSession* session) {
    constexpr std::string_view kRuleset = "tls_srv_features";
    if (!has_ruleset(config_, kRuleset)) return true;
    const CheckVerdict verdict = check(kRuleset, {client_.name, client_.address});
    if (verdict.kind != CheckVerdict::Kind::kAccept) {
        log_tls_features_error(kRuleset, cat("failed, reason=", verdict.text), client_.relay());
        return false;
    }
    const std::string text =
        verdict.mailer.empty() ? verdict.result : cat(verdict.mailer, verdict.result);
    log_tls_features(kRuleset, text, client_.relay());
    TlsFeatures features = parse_tls_features(text);
    if (!features.error.empty()) {
        log_tls_features_error(kRuleset, features.error, client_.relay());
        return false;
    }
    session->features = std::move(features.session);
    session->features.open = config_.maps().environment().open_file;
    if (text.empty()) return true;
    const Status usable = services_.tls->get()->check(*session);
    if (!usable.ok()) log_tls_failure("server", client_.relay(), usable.error().text);
    return usable.ok();
}

// Everything learnt from the client so far is forgotten (RFC 3207 section 4.2).
void ServerSession::forget_client() {
    end_transaction("");
    helo_.clear();
    bad_client_.forgive_helo();
    esmtp_ = false;
    sent_anything_ = false;
    security_.auth.reset();
    security_.mechanisms.reset();
    clear_auth_macros(&macros_);
    macros_.hide("s");
    macros_.set("r", "SMTP");
}

Status ServerSession::handshake(const TlsServerSession& session) {
    const Deadline deadline = Deadline::in(config_.options.timeouts.starttls);
    auto stream = services_.tls->get()->accept(connection_.top(), session, deadline);
    if (!stream.ok()) {
        log_tls_failure("server", client_.relay(), stream.error().text);
        set_verify_macro(stream.error().code == Exit::kConfig ? "CONFIG" : "SOFTWARE", &macros_);
        return std::move(stream).error();
    }
    security_.tls = (*stream)->facts();
    connection_.push_layer(std::move(stream).value());
    forget_client();
    set_tls_macros(*security_.tls, config_, &macros_);
    log_tls_session("server", client_.relay(), *security_.tls);
    return {};
}

// The rulesets' word on what was negotiated; a refusal holds for the rest of the session.
void ServerSession::judge_tls() {
    const std::string verify(macros_.get("verify"));
    auto refusal = run_check("tls_client", {verify, "STARTTLS"}, "");
    if (refusal && !gate_) gate_ = std::move(refusal);
}

Reply ServerSession::cmd_starttls(std::string_view argument) {
    if (!argument.empty()) {
        return make_reply(501, "5.5.2", "Syntax error (no parameters allowed)");
    }
    if (have_sender_) {
        return make_reply(503, "5.5.0", "TLS not permitted during a mail transaction");
    }
    if (!features_.starttls) return make_reply(503, "5.5.0", "TLS not available");
    if (!tls_offered()) return make_reply(454, "4.3.3", "TLS not available after start");
    TlsServerSession session;
    session.request_cert = features_.request_cert;
    session.listener = cat(daemon_.name, " ", daemon_.address, " ", daemon_.port);
    session.fingerprint = fingerprint_algorithm(config_).value_or("md5");
    if (!tls_session_features(&session)) return not_available();
    send(make_reply(220, "2.0.0", "Ready to start TLS"));
    const Status flushed = connection_.flush(command_deadline());
    // What came behind the command in clear text is nobody's word (RFC 3207 section 4).
    connection_.discard_input();
    if (!flushed.ok() || !handshake(session).ok()) {
        Reply gone = no_reply();
        gone.close = true;
        return gone;
    }
    judge_tls();
    return no_reply();
}

// smtps: the handshake comes before the greeting. False: there is no session.
bool ServerSession::start_smtps() {
    if (!daemon_.has('s')) return true;
    if (services_.tls == nullptr || services_.tls->get() == nullptr) {
        log_tls_note("smtps: error: TLS not available, exiting");
        return false;
    }
    TlsServerSession session;
    session.request_cert = features_.request_cert;
    session.listener = cat(daemon_.name, " ", daemon_.address, " ", daemon_.port);
    session.fingerprint = fingerprint_algorithm(config_).value_or("md5");
    if (!tls_session_features(&session) || !handshake(session).ok()) return false;
    judge_tls();
    return true;
}

}  // namespace sm
