#include "libsm/encodings.h"

#include <array>
#include <cstdint>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";

void append_plus_hex(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out += '+';
    out += kUpperHex[byte >> 4];
    out += kUpperHex[byte & 15];
}

int base64_value(char c) {
    if (is_upper(c)) return c - 'A';
    if (is_alpha(c)) return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

int upper_hex_value(char c) {
    if (is_digit(c)) return c - '0';
    return (c >= 'A' && c <= 'F') ? c - 'A' + 10 : -1;
}

}  // namespace

std::string base64_encode(std::string_view in) {
    std::string out;
    out.reserve((in.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < in.size(); i += 3) {
        const std::size_t left = in.size() - i;
        const auto byte = [&](std::size_t k) {
            return k < left ? static_cast<std::uint32_t>(static_cast<unsigned char>(in[i + k]))
                            : 0U;
        };
        const std::uint32_t word = byte(0) << 16 | byte(1) << 8 | byte(2);
        out += kBase64[word >> 18];
        out += kBase64[word >> 12 & 63];
        out += left > 1 ? kBase64[word >> 6 & 63] : '=';
        out += left > 2 ? kBase64[word & 63] : '=';
    }
    return out;
}

std::optional<std::string> base64_decode(std::string_view in) {
    if (in.size() % 4 != 0) return {};
    std::string out;
    out.reserve(in.size() / 4 * 3);
    for (std::size_t i = 0; i < in.size(); i += 4) {
        const bool last = i + 4 == in.size();
        std::size_t padding = 0;
        if (last && in[i + 3] == '=') padding = in[i + 2] == '=' ? 2 : 1;
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const int value = k >= 4 - padding ? 0 : base64_value(in[i + k]);
            if (value < 0) return {};
            word = word << 6 | static_cast<std::uint32_t>(value);
        }
        out += static_cast<char>(word >> 16 & 0xFF);
        if (padding < 2) out += static_cast<char>(word >> 8 & 0xFF);
        if (padding < 1) out += static_cast<char>(word & 0xFF);
    }
    return out;
}

std::string hex_encode(std::string_view in) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(in.size() * 2);
    for (const char c : in) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

std::string xtext_encode(std::string_view in) {
    std::string out;
    for (const char c : in) {
        if (c == '+' || c == '=' || c < '!' || c > '~') {
            append_plus_hex(out, c);
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<std::string> xtext_decode(std::string_view in) {
    std::string out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const char c = in[i];
        if (c < '!' || c > '~' || c == '=') return {};
        if (c != '+') {
            out += c;
            continue;
        }
        if (i + 2 >= in.size()) return {};
        const int high = upper_hex_value(in[i + 1]);
        const int low = upper_hex_value(in[i + 2]);
        if (high < 0 || low < 0) return {};
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string cert_encode(std::string_view in) {
    static constexpr std::string_view kSpecial = "\\<>()\"+";
    std::string out;
    for (const char c : in) {
        if (c < '!' || c > '~' || kSpecial.find(c) != std::string_view::npos) {
            append_plus_hex(out, c);
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace sm
