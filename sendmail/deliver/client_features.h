// ClientFeatures: what the ruleset clt_features (tag Clt_Features of the access map) turns off for
// one server. Source: operations guide 5.1.4.12.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct ClientFeatures {
    bool auth = true;        // A/a
    bool dane = true;        // D/d
    bool sts = true;         // M/m: MTA-STS
    bool pipelining = true;  // P/p
    bool starttls = true;    // S/s
    // For the log: "unknown feature X".
    std::vector<std::string> complaints{};
};

// letters: separated by blanks or not; upper case turns off, lower case on, the last word counts.
// D and M are sendmail's; A, P and S mean what they mean in srv_features.
[[nodiscard]] ClientFeatures parse_client_features(std::string_view letters);

}  // namespace sm
