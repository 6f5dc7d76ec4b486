// The display form of an address with the characters of MustQuoteChars.
#pragma once

#include <string>
#include <string_view>

namespace sm {

// As crack_template(text) of address_parser.h, but it is one of `must_quote` (MustQuoteChars),
// besides what a phrase may never have, that puts a phrase in quotes.
[[nodiscard]] std::string crack_template(std::string_view text, std::string_view must_quote);

}  // namespace sm
