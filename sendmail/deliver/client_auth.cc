#include "sendmail/deliver/client_auth.h"

#include <fcntl.h>

#include "libcf/check_ruleset.h"
#include "libcf/expand_macros.h"
#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "libnet/key_file.h"
#include "libnet/sasl_client.h"
#include "libsm/encodings.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/deliver/auth_info.h"
#include "sendmail/deliver/bearer_client.h"
#include "sendmail/deliver/stacked_stream.h"
#include "sendmail/deliver/token_source.h"
#include "sendmail/log/security_log.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};
constexpr int kMaxSteps = 32;
constexpr std::chrono::seconds kTokenTime{30};
constexpr std::size_t kMaxAuthLine = 12286;  // RFC 4954 section 4
constexpr std::string_view kHidden = "AUTH ***\r\n";

bool has_word(std::string_view words, std::string_view word) {
    for (const std::string_view each : split_words(words)) {
        if (iequals(each, word)) return true;
    }
    return false;
}

// The words of `wanted` that `offered` has.
std::string intersection(std::string_view wanted, std::string_view offered) {
    std::string out;
    for (const std::string_view word : split_words(wanted)) {
        if (!has_word(offered, word) || has_word(out, word)) continue;
        append(out, out.empty() ? "" : " ", word);
    }
    return out;
}

std::string without(std::string_view words, std::string_view word) {
    std::string out;
    for (const std::string_view each : split_words(words)) {
        if (!iequals(each, word)) append(out, out.empty() ? "" : " ", each);
    }
    return out;
}

std::string sasl_address(const std::optional<SocketAddress>& address) {
    if (!address || !address->is_ip()) return {};
    return cat(address->text(), ";", address->port());
}

// The file is root's, this process as a rule is not.
Result<std::string> read_secret(const Config& config, const std::string& path) {
    const auto& open = config.maps().environment().open_file;
    SM_TRY(const UniqueFd fd, open ? open(path) : open_file(path, O_RDONLY));
    return read_all(fd.get(), 65536);
}

class Authenticator {
  public:
    Authenticator(const ClientAuthSetup& setup, const MacroScope& macros,
                  const SocketAddress& address, SmtpConnection& connection)
        : setup_(setup), macros_(&macros), address_(address), connection_(connection) {}

    std::optional<SmtpProblem> run();

  private:
    enum class Attempt { kDone, kNextMechanism, kGiveUp };

    [[nodiscard]] std::optional<AuthInfo> account();
    [[nodiscard]] std::optional<AuthInfo> account_of_file();
    [[nodiscard]] std::string usable_mechanisms(const std::optional<AuthInfo>& info) const;
    [[nodiscard]] SaslClientOptions options(const AuthInfo& info) const;
    Attempt try_one(const AuthInfo& info, std::string* mechanisms);
    Attempt try_token(const AuthInfo& info, std::string* mechanisms);
    Attempt attempt(SaslClient& client, std::string* mechanisms);
    [[nodiscard]] KeyFilePolicy file_policy() const;
    void defer(std::string_view reason);
    Attempt exchange(SaslClient& client, const SaslClient::Step& first);
    Attempt finish(std::unique_ptr<SaslClient> client);
    bool say(std::string_view line);
    static void complain(std::string_view text);
    void no_mechanism(std::string_view mechanisms);
    [[nodiscard]] std::optional<SmtpReply> answer();

    const ClientAuthSetup& setup_;
    MacroScope macros_;
    const SocketAddress& address_;
    SmtpConnection& connection_;
    std::optional<SmtpProblem> problem_;
    bool tried_ = false;  // AUTH was sent
};

bool Authenticator::say(std::string_view line) {
    const Status sent = connection_.send(cat(line, "\r\n"), kHidden);
    if (!sent.ok()) problem_ = connection_.lost(sent.error());
    return sent.ok();
}

std::optional<SmtpReply> Authenticator::answer() {
    auto reply = connection_.read_reply(connection_.timeouts().auth, "AUTH");
    if (!reply.ok()) {
        problem_ = connection_.lost(reply.error());
        return {};
    }
    return std::move(reply).value();
}

void Authenticator::complain(std::string_view text) {
    log_at(9, LogPriority::kWarning, cat("AUTH=client, error: ", text));
}

KeyFilePolicy Authenticator::file_policy() const {
    KeyFilePolicy policy;
    policy.trust_sticky_bit = setup_.config.options.dont_blame_sendmail.has("TrustStickyBit");
    policy.group_writable_directory =
        setup_.config.options.dont_blame_sendmail.has("GroupWritableDirPathSafe");
    if (setup_.config.options.trusted_user_ids) {
        policy.trusted_owners.push_back(setup_.config.options.trusted_user_ids->uid);
    }
    return policy;
}

// There is an account, and it cannot be told now: without it the mail might be refused for good.
void Authenticator::defer(std::string_view reason) {
    problem_ = SmtpProblem{};
    problem_->dsn = "4.7.0";
    problem_->text = cat("Deferred: ", reason);
}

std::optional<AuthInfo> Authenticator::account_of_file() {
    const std::string path =
        expand_macros(setup_.config.options.default_auth_info, setup_.config.macros);
    if (path.empty()) return {};
    KeyFilePolicy policy = file_policy();
    policy.group_readable_key =
        setup_.config.options.dont_blame_sendmail.has("GroupReadableDefaultAuthInfoFile");
    if (const Status safe = check_key_file(path, KeyFileKind::kPrivate, policy); !safe.ok()) {
        complain(cat("can't open ", path, ": ", safe.error().text));
        return {};
    }
    const auto text = read_secret(setup_.config, path);
    if (!text.ok()) {
        complain(cat("can't open ", path, ": ", text.error().text));
        defer("DefaultAuthInfo cannot be read");
        return {};
    }
    return parse_auth_file(*text);
}

std::optional<AuthInfo> Authenticator::account() {
    if (!has_ruleset(setup_.config, "authinfo")) return account_of_file();
    const ConnectionSecurity& security = connection_.security;
    Rewriter rewriter(setup_.config, macros_);
    const CheckVerdict verdict =
        check_ruleset(rewriter, "authinfo", {security.server_name}, Deadline::in(kRulesetTime));
    if (verdict.kind == CheckVerdict::Kind::kReject) {
        defer("authinfo lookup failed");
        return {};
    }
    if (verdict.mailer.empty()) return {};
    const auto info = parse_auth_info(cat(verdict.mailer, " ", verdict.result));
    if (info && info->complete()) return info;
    log_at(9, LogPriority::kWarning,
           cat("AUTH=client, relay=", security.server_name, " [", security.server_addr,
               "], authinfo failed"));
    return {};
}

std::string Authenticator::usable_mechanisms(const std::optional<AuthInfo>& info) const {
    const std::string& configured = setup_.config.options.auth_mechanisms;
    const std::string_view wanted =
        info && !info->mechanisms.empty() ? std::string_view(info->mechanisms) : configured;
    std::string out = intersection(wanted, connection_.offer().auth);
    if (info && !info->token.empty()) {
        const std::string& offered = connection_.offer().auth;
        // Without a password only these are left.
        if (info->password.empty()) out = intersection("OAUTHBEARER XOAUTH2 EXTERNAL GSSAPI", out);
        if (info->mechanisms.empty()) append(out, " ", bearer_mechanisms(offered));
    }
    const bool own_certificate =
        connection_.security.tls && !setup_.config.options.client_cert_file.empty();
    if (!info) out = own_certificate ? intersection("EXTERNAL", out) : "";
    return own_certificate ? out : without(out, "EXTERNAL");
}

SaslClientOptions Authenticator::options(const AuthInfo& info) const {
    const ConnectionSecurity& security = connection_.security;
    SaslClientOptions out;
    out.server_name = security.server_name;
    out.user = info.user;
    out.auth_id = info.auth_id;
    out.password = info.password;
    out.realm = info.realm.empty() ? std::string(setup_.config.macros.get("j")) : info.realm;
    out.max_bits = setup_.config.options.auth_max_bits;
    out.remote_address = sasl_address(address_);
    if (security.tls) {
        out.tls_bits = static_cast<unsigned>(security.tls->bits);
        out.external_id = setup_.own_name;
    }
    return out;
}

Authenticator::Attempt Authenticator::finish(std::unique_ptr<SaslClient> client) {
    const AuthFacts facts = client->finish();
    ConnectionSecurity& security = connection_.security;
    security.auth = facts;
    log_auth("client", security.server_name, facts);
    if (facts.ssf == 0) return Attempt::kDone;
    const std::shared_ptr<SaslClient> keeper(std::move(client));
    connection_.add_layer([&](std::unique_ptr<ByteStream> below) {
        auto layer = keeper->layer(*below);
        return stack_streams(std::move(below), std::move(layer), keeper);
    });
    problem_ = connection_.say_hello(setup_.mailer, setup_.own_name);
    return problem_ ? Attempt::kGiveUp : Attempt::kDone;
}

// The dialogue after AUTH was sent.
Authenticator::Attempt Authenticator::exchange(SaslClient& client, const SaslClient::Step& first) {
    bool done = first.done;
    for (int i = 0; i < kMaxSteps; ++i) {
        const auto reply = answer();
        if (!reply) return Attempt::kGiveUp;
        if (reply->kind() == 2) return done ? Attempt::kDone : Attempt::kNextMechanism;
        if (reply->kind() == 4) {
            log_at(9, LogPriority::kWarning,
                   cat("AUTH=client, relay=", connection_.security.server_name,
                       ", temporary failure, connection abort"));
            problem_ = SmtpProblem{};
            problem_->dsn = reply->dsn().empty() ? "4.7.0" : std::string(reply->dsn());
            problem_->reply = reply->first_line();
            problem_->text = cat("Deferred: ", problem_->reply);
            return Attempt::kGiveUp;
        }
        if (reply->code != 334) return Attempt::kNextMechanism;
        const auto challenge = base64_decode(trim(reply->text(false)));
        SaslClient::Step mine;
        if (challenge) mine = client.step(*challenge);
        if (!mine.ok) {
            if (!say("*") || !answer()) return Attempt::kGiveUp;
            return Attempt::kNextMechanism;
        }
        done = mine.done;
        if (!say(base64_encode(mine.data))) return Attempt::kGiveUp;
    }
    return Attempt::kNextMechanism;
}

Authenticator::Attempt Authenticator::try_one(const AuthInfo& info, std::string* mechanisms) {
    auto made = make_sasl_client(options(info));
    if (!made.ok()) {
        complain(made.error().text);
        return Attempt::kGiveUp;
    }
    std::unique_ptr<SaslClient> client = std::move(made).value();
    const Attempt outcome = attempt(*client, mechanisms);
    return outcome == Attempt::kDone ? finish(std::move(client)) : outcome;
}

Authenticator::Attempt Authenticator::attempt(SaslClient& client, std::string* mechanisms) {
    const SaslClient::Step first = client.start(*mechanisms);
    if (!first.ok || client.mechanism().empty()) return Attempt::kGiveUp;
    *mechanisms = without(*mechanisms, client.mechanism());
    std::string command = cat("AUTH ", client.mechanism());
    if (first.has_data) {
        command += first.data.empty() ? " =" : cat(" ", base64_encode(first.data));
    }
    if (command.size() > kMaxAuthLine) return Attempt::kNextMechanism;
    tried_ = true;
    if (!say(command)) return Attempt::kGiveUp;
    return exchange(client, first);
}

// A token is for its owner alone: never sent in clear text. One that is not to be had, or not
// accepted any more, may be there again later.
Authenticator::Attempt Authenticator::try_token(const AuthInfo& info, std::string* mechanisms) {
    std::string bearer = bearer_mechanisms(*mechanisms);
    for (const std::string_view word : split_words(bearer)) {
        *mechanisms = without(*mechanisms, word);
    }
    if (info.token.empty() || bearer.empty()) return Attempt::kNextMechanism;
    const ConnectionSecurity& security = connection_.security;
    if (!security.tls) {
        complain(cat(security.server_name, ": no TLS, the token is not sent"));
        return Attempt::kNextMechanism;
    }
    KeyFilePolicy policy = file_policy();
    policy.group_readable_key = true;
    auto token = fetch_token(info.token, policy, Deadline::in(kTokenTime));
    if (!token.ok()) {
        complain(token.error().text);
        defer("no token for AUTH");
        return Attempt::kGiveUp;
    }
    auto client = std::make_unique<BearerClient>(
        BearerOptions{info.user.empty() ? info.auth_id : info.user, std::move(token).value(),
                      security.server_name, address_.port()});
    const Attempt outcome = attempt(*client, &bearer);
    if (outcome == Attempt::kDone) return finish(std::move(client));
    if (outcome == Attempt::kGiveUp) return outcome;
    complain(cat(security.server_name, ": ", client->mechanism(), ": ", client->error()));
    if (!mechanisms->empty()) return outcome;
    defer("token refused");
    return Attempt::kGiveUp;
}

// Whoever has an account there would be refused as a stranger: another time it may be usable.
void Authenticator::no_mechanism(std::string_view mechanisms) {
    log_at(9, LogPriority::kError,
           cat(setup_.id, ": AUTH=client, available mechanisms=", mechanisms,
               " do not fulfill requirements"));
    log_at(9, LogPriority::kWarning,
           cat("AUTH=client, relay=", connection_.security.server_name,
               ", temporary failure, connection abort"));
    defer("Temporary AUTH failure");
    problem_->dsn = "4.3.0";
}

std::optional<SmtpProblem> Authenticator::run() {
    const auto info = account();
    if (problem_) return problem_;
    std::string mechanisms = usable_mechanisms(info);
    if (info && try_token(*info, &mechanisms) != Attempt::kNextMechanism) return problem_;
    if (!info && mechanisms.empty()) return {};
    const std::string usable = mechanisms;
    if (!usable.empty()) static_cast<void>(prepare_sasl_client(sasl_paths(setup_.config)));
    while (!mechanisms.empty()) {
        if (try_one(info.value_or(AuthInfo{}), &mechanisms) != Attempt::kNextMechanism) break;
    }
    if (info && !tried_ && !problem_) no_mechanism(usable);
    return problem_;
}

}  // namespace

std::optional<SmtpProblem> authenticate(const ClientAuthSetup& setup, const MacroScope& macros,
                                        const SocketAddress& address, SmtpConnection& connection) {
    return Authenticator(setup, macros, address, connection).run();
}

}  // namespace sm
