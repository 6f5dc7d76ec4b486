// Small string helpers. ASCII only, independent of the locale: protocol text, not prose.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sm {

namespace detail {
inline void append_piece(std::string& out, std::string_view piece) {
    out += piece;
}
inline void append_piece(std::string& out, char piece) {
    out += piece;
}
template <typename T>
requires(std::is_integral_v<T> && !std::is_same_v<T, char> &&
         !std::is_same_v<T, bool>) void append_piece(std::string& out, T number) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    out.append(buffer, end);
}
}  // namespace detail

// Joins strings, chars and integers: cat("line ", 7, ": ", text).
template <typename... Pieces>
[[nodiscard]] std::string cat(const Pieces&... pieces) {
    std::string out;
    (detail::append_piece(out, pieces), ...);
    return out;
}
template <typename... Pieces>
void append(std::string& out, const Pieces&... pieces) {
    (detail::append_piece(out, pieces), ...);
}

[[nodiscard]] constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
[[nodiscard]] constexpr bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}
// 0x20..0x7E
[[nodiscard]] constexpr bool is_print(char c) {
    return c >= ' ' && c <= '~';
}
[[nodiscard]] constexpr char to_lower(char c) {
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char to_upper(char c) {
    return (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix);

// Views into `text` without leading / trailing / both white space.
[[nodiscard]] std::string_view trim_left(std::string_view text);
[[nodiscard]] std::string_view trim_right(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
// `text` without one trailing LF or CRLF.
[[nodiscard]] std::string_view chomp(std::string_view text);

// Pieces between separators, empty ones included; the views point into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// Runs of characters that are not white space; the views point into `text`.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);
// Cuts the first word off `rest` (skipping leading white space) and returns it; empty at the end.
[[nodiscard]] std::string_view next_word(std::string_view& rest);

[[nodiscard]] std::string join(const std::vector<std::string>& pieces, std::string_view separator);

// Text from outside made fit for a log line or a reply: control characters and DEL become \ooo
// (three octal digits), bytes above 0x7E likewise, CR and LF included; at most `max` octets, then
// "..." is appended.
[[nodiscard]] std::string printable(std::string_view text, std::size_t max = 1000);

// FNV-1a, 64 bits; for hash tables, not against an adversary.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t hash = 1469598103934665603ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

// For unordered containers keyed by std::string and looked up by std::string_view.
struct StringHash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const { return fnv1a(text); }
};

}  // namespace sm
