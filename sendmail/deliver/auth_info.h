// AuthInfo: with what name and password we authenticate to a server: the ruleset authinfo, or the
// file of DefaultAuthInfo. Source: operations guide 5.1.4.20, 5.6; cf README, SMTP AUTHENTICATION.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

struct AuthInfo {
    std::string user;        // U: authorization id
    std::string auth_id;     // I: authentication id
    std::string password;    // P:
    std::string realm;       // R:
    std::string mechanisms;  // M: separated by blanks
    std::string token;       // T: file with a bearer token, or "|program" that prints one

    // Enough to try: a name and a password or token; one name stands for the other.
    [[nodiscard]] bool complete() const {
        return !(user.empty() && auth_id.empty()) && !(password.empty() && token.empty());
    }
};

// The words of the ruleset: "U:user" "I:id" "P=c2VjcmV0" ...: a letter, then ':' and text or '='
// and base64. nullopt: not of that form.
[[nodiscard]] std::optional<AuthInfo> parse_auth_info(std::string_view words);

// The lines of a DefaultAuthInfo file: user, authentication id, password, realm, mechanisms,
// token.
[[nodiscard]] AuthInfo parse_auth_file(std::string_view text);

}  // namespace sm
