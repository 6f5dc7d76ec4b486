// The results of the rulesets tls_srv_features and tls_clt_features: "Options=...; CipherList=...;
// CertFile=...; KeyFile=...; Flags=...". Source: operations guide 5.1.4.19.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/tls_context.h"

namespace sm {

struct TlsFeatures {
    TlsSessionFeatures session;
    std::optional<bool> fallback_to_clear{};  // flags C / c
    bool no_dane = false;                     // flag d
    bool sts_secure = false;                  // sts=secure: MTA-STS wants a verified server
    std::string server_name;                  // ServerName= (client): what SNI asks for
    std::string error;  // "" usable; else the words for the log: "unknown_option, opt=Foo"
};

// The words are case-insensitive; values are trimmed; an empty text changes nothing.
[[nodiscard]] TlsFeatures parse_tls_features(std::string_view text);

}  // namespace sm
