// The rulesets that H lines call on fields of a message: "HSubject: $>Check", "H*: $>Default".
// For SMTP and for submission alike. Source: operations guide 5.7.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcf/check_ruleset.h"
#include "libcf/config.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// Calls `judge` with every verdict that is not an acceptance, until it returns false.
// {hdr_name} {currHeader} {hdrlen} are set for the rules.
void check_header_fields(
    const Config& config, Envelope& envelope,
    const std::function<bool(const CheckVerdict&, const std::string& ruleset,
                             const std::vector<std::string>& arguments)>& judge);

// The value without comments in parentheses, white space folded: what a plain "$>" check sees.
[[nodiscard]] std::string without_comments(std::string_view value);

}  // namespace sm
