// The ESMTP parameters of MAIL and RCPT, checked and decoded: SIZE (RFC 1870), BODY (RFC 6152),
// AUTH (RFC 4954), RET ENVID NOTIFY ORCPT (RFC 3461), BY (RFC 2852). Formats only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmail/smtp_command.h"

namespace sm {

// A complaint about a parameter, in the words of the reply.
struct ParameterError {
    int code = 501;
    std::string dsn;
    std::string text;
};

struct MailParameters {
    std::int64_t size = 0;               // SIZE=; 0: not given
    std::string body;                    // "7BIT" "8BITMIME" or ""
    std::optional<std::string> auth{};   // AUTH= decoded
    std::optional<std::string> envid{};  // decoded
    bool ret_given = false;
    bool ret_headers = false;  // RET=HDRS
    bool by_given = false;
    std::int64_t by_seconds = 0;
    char by_mode = 'R';
    bool by_trace = false;
};

struct RcptParameters {
    bool notify_given = false;
    bool notify_success = false;
    bool notify_failure = false;
    bool notify_delay = false;
    std::optional<std::string> orcpt{};  // "rfc822;x@y", decoded
};

// What the server offers; a parameter of something not offered is refused.
struct ParameterPolicy {
    bool dsn = true;
    bool eight_bit = true;
    std::int64_t deliver_by_min = 0;  // seconds; below 0: DELIVERBY is not offered
};

// Fill *out from the parameters in order; the first complaint ends it.
[[nodiscard]] std::optional<ParameterError> parse_mail_parameters(
    const std::vector<EsmtpParameter>& parameters, const ParameterPolicy& policy,
    MailParameters* out);
[[nodiscard]] std::optional<ParameterError> parse_rcpt_parameters(
    const std::vector<EsmtpParameter>& parameters, const ParameterPolicy& policy,
    RcptParameters* out);

}  // namespace sm
