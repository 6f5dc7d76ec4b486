// ClientSecurity: what lies between a server's answer to EHLO and the first MAIL: STARTTLS as the
// rulesets want it (clt_features, try_tls, tls_clt_features, tls_server) and DANE demands, then
// AUTH (authinfo), each with its new EHLO. And tls_rcpt and MTA-STS, before each RCPT. Source:
// operations guide 5.1.4, RFC 3207, RFC 4954, RFC 8461.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcf/check_ruleset.h"
#include "libcf/daemon_spec.h"
#include "libnet/socket_address.h"
#include "libnet/tls_features.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/client_features.h"
#include "sendmail/deliver/client_tls.h"
#include "sendmail/deliver/dane_policy.h"
#include "sendmail/deliver/smtp_connection.h"

namespace sm {

struct ClientSecuritySetup {
    const Config& config;
    ClientTls& tls;
    const MailerSpec& mailer;
    std::string own_name;  // for EHLO
    std::string id;        // of the message, for the log
    // ClientPortOptions line of the connection's family; nullptr: none.
    const DaemonSpec* client = nullptr;
    const DanePolicy* dane = nullptr;  // nullptr: none
    std::string domain{};              // that is delivered to; "": several, or an address
};

class ClientSecurity {
  public:
    // scope: macros of the message; those of the connection are set in a scope of its own. All
    // outlive the object.
    ClientSecurity(const ClientSecuritySetup& setup, const MacroScope& scope,
                   SmtpConnection& connection);

    struct Outcome {
        std::optional<SmtpProblem> problem{};  // nullopt: ready for MAIL
        bool retry_in_clear = false;  // TLSFallbacktoClear: connect anew, then secure(true)
    };
    // After EHLO was answered. address: the server's. in_clear: STARTTLS failed before.
    [[nodiscard]] Outcome secure(const SocketAddress& address, bool in_clear);

  private:
    // client_security.cc
    [[nodiscard]] CheckVerdict check(std::string_view ruleset,
                                     const std::vector<std::string>& arguments);
    [[nodiscard]] std::optional<SmtpProblem> load_features();
    [[nodiscard]] bool wants_tls();
    [[nodiscard]] bool read_features(TlsClientSession* session);
    void add_dane(TlsClientSession* session) const;
    [[nodiscard]] std::optional<SmtpProblem> start_tls(bool* handshake_failed);
    [[nodiscard]] std::optional<SmtpProblem> handshake(const TlsClientSession& session,
                                                       bool* failed);
    [[nodiscard]] std::optional<SmtpProblem> judge_server();
    [[nodiscard]] bool forbidden(char modifier) const;
    [[nodiscard]] bool dane_wants(DanePolicy::Kind kind) const;
    [[nodiscard]] std::optional<SmtpProblem> dane_problem() const;

    const ClientSecuritySetup& setup_;
    SmtpConnection& connection_;
    MacroScope macros_;
    Rewriter rewriter_;
    ClientFeatures allowed_;
    TlsFeatures features_;
    std::string relay_;  // "name [address]"
};

// {server_name}, {server_addr}, {verify} and the rest, for rules about a connection.
void set_connection_macros(const ConnectionSecurity& security, const Config& config,
                           MacroScope* macros);

// MTA-STS and the ruleset tls_rcpt, for the recipients of one transaction on that connection, which
// may have been opened for another domain. scope: macros of the message; it and the connection
// outlive the object.
class TlsRcptCheck {
  public:
    TlsRcptCheck(const Config& config, const MacroScope& scope, const SmtpConnection& connection,
                 std::string id);
    TlsRcptCheck(const TlsRcptCheck&) = delete;
    TlsRcptCheck& operator=(const TlsRcptCheck&) = delete;

    // nullopt: it may be sent there. Logs a refusal.
    [[nodiscard]] std::optional<DeliveryResult> refusal(const std::string& recipient);

  private:
    [[nodiscard]] const CheckVerdict& sts_verdict(const std::string& recipient);

    const Config& config_;
    bool wanted_;      // the configuration has the ruleset
    bool sts_wanted_;  // it asks for policies, and the server is not verified
    const SmtpConnection& connection_;
    std::string id_;
    MacroScope macros_;
    Rewriter rewriter_;
    std::string sts_domain_{};
    CheckVerdict sts_verdict_{};  // of sts_domain_
};

// The problem that a ruleset's refusal is.
[[nodiscard]] SmtpProblem refusal_problem(const CheckVerdict& verdict);

}  // namespace sm
