// base64 (RFC 4648), hexadecimal, xtext (RFC 3461 section 4) and the DN encoding of certificate
// macros. All take raw bytes and return owned strings; decoding says "no" with nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sm {

[[nodiscard]] std::string base64_encode(std::string_view in);
// Strict: length a multiple of 4, padding only at the end, no white space.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view in);

// Lower-case digits.
[[nodiscard]] std::string hex_encode(std::string_view in);

// "+" and "=" and everything outside 0x21..0x7E become "+XX", upper-case digits.
[[nodiscard]] std::string xtext_encode(std::string_view in);
// nullopt: a character not allowed in xtext, or a "+" without two upper-case hex digits.
[[nodiscard]] std::optional<std::string> xtext_decode(std::string_view in);

// Encodes a certificate DN for use as a macro value and as an access-map key.
//
// Bytes outside 0x21..0x7E (so the space too) and the seven characters \ < > ( ) " + become
// "+XX" with two upper-case hex digits; every other byte is copied.
// in: raw bytes, any length, NUL allowed. out: printable ASCII, at most 3 * in.size() bytes.
// Never fails. Source: operations guide section 6.7.
[[nodiscard]] std::string cert_encode(std::string_view in);

}  // namespace sm
