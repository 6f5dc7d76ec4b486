// ConnectionSecurity: what TLS and AUTH proved on one connection to a server. It stays with the
// connection: a kept one is judged by its own facts, not by those of another.
#pragma once

#include <optional>
#include <string>

#include "libnet/auth_facts.h"
#include "libnet/tls_facts.h"

namespace sm {

struct ConnectionSecurity {
    std::string server_name;  // {server_name}
    std::string server_addr;  // {server_addr}
    // {verify}: NONE, or what became of STARTTLS: OK FAIL ... TEMP PROTOCOL CONFIG CLEAR.
    std::string verify = "NONE";
    std::optional<TlsFacts> tls{};
    std::optional<AuthFacts> auth{};
    bool sts_is_off = false;  // M in clt_features
};

}  // namespace sm
