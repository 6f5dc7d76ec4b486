// AuthFacts: what SMTP AUTH proved; the source of {auth_type}, {auth_authen}, {auth_ssf} and the
// AUTH= log line.
#pragma once

#include <string>

namespace sm {

struct AuthFacts {
    std::string mechanism;  // as the library spells it: "PLAIN"
    std::string authen;     // who proved to be who; raw, encode it before use (cert_encode)
    std::string author;     // for whom the peer wants to act; "" the same
    unsigned ssf = 0;       // strength of the security layer in bits; 0: none
};

}  // namespace sm
