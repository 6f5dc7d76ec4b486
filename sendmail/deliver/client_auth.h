// AUTH as a client (RFC 4954): which account, which mechanism, the exchange.
#pragma once

#include <optional>
#include <string>

#include "libcf/config.h"
#include "libnet/socket_address.h"
#include "sendmail/deliver/smtp_connection.h"

namespace sm {

struct ClientAuthSetup {
    const Config& config;
    std::string own_name;
    const MailerSpec& mailer;
    std::string id{};  // of the message, for the log
};

// Tries the mechanisms that the server offers and that we may use, strongest first, until one
// works. Without an account, or when all are refused, the connection stays as it is: the server
// decides what it lets through. A problem: the connection is lost, the server said "later", or
// there is an account and no mechanism that it could be used with.
// macros: of the connection, for the ruleset authinfo.
[[nodiscard]] std::optional<SmtpProblem> authenticate(const ClientAuthSetup& setup,
                                                      const MacroScope& macros,
                                                      const SocketAddress& address,
                                                      SmtpConnection& connection);

}  // namespace sm
