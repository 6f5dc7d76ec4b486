// The reply to an address that could not be parsed or that the rules refuse.
#pragma once

#include <string_view>

#include "libcf/address_parser.h"
#include "sendmail/server/reply.h"

namespace sm {

// default_code: for a syntax error, which brings no code of its own. Logs it as the address's.
[[nodiscard]] Reply address_refusal(const ParsedAddress& parsed, std::string_view address,
                                    int default_code, std::string_view id);

// "553 5.0.0 <a@b... Unbalanced '<'"
[[nodiscard]] Reply unbalanced_refusal(std::string_view address, char mark, std::string_view id);

// "<a@b>", or its first and last parts with "..." between them when it is very long.
[[nodiscard]] std::string shortened(std::string_view address);

}  // namespace sm
