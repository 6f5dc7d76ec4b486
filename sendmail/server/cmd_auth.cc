// AUTH (RFC 4954).
#include "libcf/security_setup.h"
#include "libnet/socket_address.h"
#include "libsm/encodings.h"
#include "libsm/strings.h"
#include "sendmail/log/security_log.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr int kMaxSteps = 32;  // more challenges than any mechanism has

// "192.0.2.1;25", as SASL wants it; "" for pipes.
std::string sasl_address(const std::optional<SocketAddress>& address) {
    if (!address || !address->is_ip()) return {};
    return cat(address->text(), ";", address->port());
}

Reply aborted() {
    return make_reply(501, "5.0.0", "AUTH aborted");
}

}  // namespace

// An exchange fit for the layers in use now; nullptr: AUTH cannot be offered.
std::unique_ptr<SaslServer> ServerSession::make_exchange() const {
    if (!features_.auth || security_.auth_layer) return nullptr;
    SaslServerOptions options;
    options.host = macros_.get("j");
    options.realm = auth_realm(config_);
    options.mechanisms = config_.options.auth_mechanisms;
    options.auth_options = config_.options.auth_options;
    std::erase(options.auth_options, 'p');
    if (features_.auth_needs_layer) options.auth_options += 'p';
    options.max_bits = config_.options.auth_max_bits;
    options.local_address = sasl_address(SocketAddress::local_of(connection_.fd()));
    options.remote_address = sasl_address(SocketAddress::peer_of(connection_.fd()));
    if (security_.tls) {
        options.tls_bits = static_cast<unsigned>(security_.tls->bits);
        if (security_.tls->verify == "OK") options.external_id = security_.tls->cert_subject;
    }
    auto made = make_sasl_server(options);
    if (made.ok()) return std::move(made).value();
    if (made.error().code != Exit::kUnavailable) {
        log_message(LogPriority::kWarning, cat("AUTH error: ", made.error().text));
    }
    return nullptr;
}

const std::string& ServerSession::mechanisms() {
    if (security_.mechanisms) return *security_.mechanisms;
    security_.mechanisms = "";
    security_.none_available = false;
    if (const auto exchange = make_exchange()) {
        security_.mechanisms = exchange->offered();
        security_.none_available = exchange->available().empty();
        log_auth_mechanisms(exchange->available(), config_.options.auth_mechanisms);
    }
    return *security_.mechanisms;
}

// Reads the client's answer to a challenge. nullopt: the reply says why there is none.
std::optional<std::string> ServerSession::read_response(const std::string& challenge,
                                                        Reply* reply) {
    send(make_reply(334, "", base64_encode(challenge)));
    const auto line = connection_.read_line(Deadline::in(config_.options.timeouts.auth), true);
    if (!line.ok() || line->end || !line->complete) {
        lost_input(line.ok() ? nullptr : &line.error());
        *reply = no_reply();
        reply->close = true;
        return {};
    }
    if (line->text == "*") {
        *reply = aborted();
        return {};
    }
    auto response = line->too_long ? std::nullopt : base64_decode(line->text);
    if (!response) {
        log_auth_decode(log_id(), "****", client_.relay());
        *reply = make_reply(501, "5.5.4", "cannot decode AUTH parameter");
    }
    return response;
}

Reply ServerSession::authenticated(std::unique_ptr<SaslServer> exchange) {
    security_.auth = exchange->facts();
    failed_auth_ = false;
    log_auth("server", client_.relay(), *security_.auth);
    set_auth_macros(*security_.auth, &macros_);
    macros_.set("r", security_.tls ? "ESMTPSA" : "ESMTPA");
    Reply reply = make_reply(235, "2.0.0", "OK Authenticated");
    auto layer = exchange->layer(connection_.top());
    if (layer == nullptr) return reply;
    // The client begins anew under the layer (RFC 4954 section 4).
    send(reply);
    static_cast<void>(connection_.flush(command_deadline()));
    connection_.discard_input();
    connection_.push_layer(std::move(layer));
    security_.exchange = std::move(exchange);
    security_.auth_layer = true;
    const AuthFacts facts = *security_.auth;
    forget_client();
    security_.auth = facts;
    set_auth_macros(facts, &macros_);
    return no_reply();
}

Reply ServerSession::auth_failed(std::string_view mechanism, const SaslServer::Step& step) {
    log_auth_failure(log_id(), mechanism, step.reason, step.user, client_.relay());
    if (step.outcome == SaslServer::Outcome::kTemporary) {
        return make_reply(454, "4.5.4", "Temporary authentication failure");
    }
    failed_auth_ = true;
    return make_reply(535, "5.7.0", "authentication failed");
}

Reply ServerSession::run_exchange(std::string_view mechanism,
                                  const std::optional<std::string>& initial) {
    // A new one each time: nothing of a failed attempt is left for the next.
    auto exchange = make_exchange();
    if (exchange == nullptr) return make_reply(503, "5.3.3", "AUTH not available");
    std::optional<std::string_view> first;
    if (initial) first = *initial;
    SaslServer::Step step = exchange->start(mechanism, first);
    for (int i = 0; i < kMaxSteps; ++i) {
        if (step.outcome == SaslServer::Outcome::kDone) {
            return authenticated(std::move(exchange));
        }
        if (step.outcome != SaslServer::Outcome::kContinue) break;
        Reply reply;
        const auto response = read_response(step.data, &reply);
        if (!response) return reply;
        step = exchange->step(*response);
    }
    if (step.outcome == SaslServer::Outcome::kContinue) return aborted();
    return auth_failed(mechanism, step);
}

Reply ServerSession::cmd_auth(std::string_view argument) {
    if (!features_.auth || config_.options.auth_mechanisms.empty()) {
        return make_reply(503, "5.3.3", "AUTH not available");
    }
    if (security_.auth) return make_reply(503, "5.5.0", "Already Authenticated");
    if (have_sender_) {
        return make_reply(503, "5.5.0", "AUTH not permitted during a mail transaction");
    }
    const std::string_view mechanism = next_word(argument);
    const std::string_view given = trim(argument);
    if (mechanism.empty()) return make_reply(501, "5.5.2", "AUTH mechanism must be specified");
    bool offered = false;
    for (const std::string_view word : split_words(mechanisms())) {
        offered = offered || iequals(word, mechanism);
    }
    if (security_.none_available) return make_reply(503, "5.3.3", "AUTH not available");
    if (!offered) {
        return make_reply(
            504, "5.3.3",
            cat("AUTH mechanism ", printable(mechanism.substr(0, 32)), " not available"));
    }
    std::optional<std::string> initial;
    if (given == "=") {
        initial = "";
    } else if (!given.empty()) {
        initial = base64_decode(given);
        if (!initial) {
            log_auth_decode(log_id(), "****", client_.relay());
            // Not repeated: it is a secret, and replies are traced and logged.
            return make_reply(501, "5.5.4", "cannot BASE64 decode '****'");
        }
    }
    Reply reply = run_exchange(mechanism, initial);
    if (reply.ok() || reply.close || reply.none()) return reply;
    return repeat_limit(BadClient::Kind::kAuth, std::move(reply));
}

}  // namespace sm
