// SessionSecurity: the TLS and SASL side of one SMTP session as state: what was negotiated, and
// the exchange that is possible now. The commands are in cmd_starttls.cc and cmd_auth.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libnet/auth_facts.h"
#include "libnet/sasl_server.h"
#include "libnet/tls_facts.h"

namespace sm {

struct SessionSecurity {
    std::optional<TlsFacts> tls{};    // after a handshake
    std::optional<AuthFacts> auth{};  // after AUTH
    bool auth_layer = false;          // a SASL security layer is in use
    // Mechanisms to offer under the present layers; "" none; nullopt: not asked for yet.
    std::optional<std::string> mechanisms{};
    bool none_available = false;  // AuthOptions leave none of the library's
    // The exchange whose layer is in use: it must live as long.
    std::unique_ptr<SaslServer> exchange{};
};

}  // namespace sm
