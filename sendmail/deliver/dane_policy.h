// DanePolicy: what the DNS says about the TLS of one server (TLSA records, RFC 7672). Only answers
// that a validating resolver calls authentic count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libnet/resolver.h"
#include "libnet/tls_context.h"

namespace sm {

struct DanePolicy {
    enum class Kind {
        kNone,     // nothing, or nothing authentic: TLS as without DANE
        kVerify,   // TLS, and the certificate must be one of `records`
        kEncrypt,  // TLS: there are records, but none that can be used
        kUnknown,  // no answer: this server is not to be used now
    };
    Kind kind = Kind::kNone;
    std::string base;                 // TLSA base domain; what SNI asks for
    std::vector<TlsaRecord> records;  // usable ones
    std::vector<std::string> names;   // that a certificate under usage 2 may have
};

// host: the server's name, found by an authentic MX record or named by the administrator. domain:
// of the recipients, another name for usage 2; may be the same.
[[nodiscard]] DanePolicy look_up_dane(Resolver& resolver, const std::string& host,
                                      std::uint16_t port, const std::string& domain,
                                      Deadline deadline);

}  // namespace sm
