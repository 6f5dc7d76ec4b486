// The header fields of a message as one mailer gets them: which ones, with addresses rewritten and
// lists folded. Source: operations guide 5.7, 5.4.2 (flags D F M P x c C j), 1.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// A header field as it goes out; `text` is the whole field without its last line end, inner lines
// ended by LF.
struct OutputField {
    std::string name;
    std::string text;
};

// The fields for `mailer`, in order. scope: macros of the delivery ($g ...).
// Error kTempFail: a lookup could not tell.
[[nodiscard]] Result<std::vector<OutputField>> fields_for_mailer(const Envelope& envelope,
                                                                 const MailerSpec& mailer,
                                                                 const Config& config,
                                                                 MacroScope& scope);

// Splits an address list at its commas (outside quotes, comments, angle brackets and domain
// literals); items are trimmed, empty ones left out. Views into `text`.
[[nodiscard]] std::vector<std::string_view> split_address_list(std::string_view text);

// "Name: a, b,\n        c": items joined by ", ", folded so that no line is longer than 78
// octets (its comma not counted) where that can be.
[[nodiscard]] std::string fold_address_list(std::string_view name,
                                            const std::vector<std::string>& items);

}  // namespace sm
