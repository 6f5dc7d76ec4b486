#include "libcf/visible_text.h"

#include <array>

#include "libsm/strings.h"
#include "libsm/trace.h"

namespace sm {

void append_visible(std::string& out, std::string_view text) {
    for (const char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) {
            out += "M-";
            byte &= 0x7F;
        }
        if (byte >= ' ' && byte != 0x7F) out += static_cast<char>(byte);
    }
}

std::string visible_operators(std::string_view text) {
    if (!tracing(Trace::kVisible, 1)) return std::string(text);
    constexpr std::string_view kOperators = "*+-=~#@:>?|.[]()&";
    constexpr std::array<std::string_view, kOperators.size()> kCodes = {
        "90", "91", "92", "93", "94", "96", "97", "98", "99",
        "9a", "9b", "9c", "9d", "9e", "85", "86", "82"};
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const std::size_t known = kOperators.find(next);
        if (text[i] != '$' || next == '\0') {
            out += text[i];
        } else if (known != std::string_view::npos) {
            append(out, " 0x", kCodes[known], ' ');
            ++i;
        } else if (is_digit(next)) {
            append(out, " 0x95 ", next);
            ++i;
        } else {
            out += '$';
        }
    }
    return out;
}

}  // namespace sm
