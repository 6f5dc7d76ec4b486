#include "sendmail/deliver/auth_info.h"

#include <array>

#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct Tag {
    char letter;
    std::string AuthInfo::*value;
};

constexpr std::array kTags = {
    Tag{'U', &AuthInfo::user},  Tag{'I', &AuthInfo::auth_id},    Tag{'P', &AuthInfo::password},
    Tag{'R', &AuthInfo::realm}, Tag{'M', &AuthInfo::mechanisms}, Tag{'T', &AuthInfo::token},
};

// The next quoted string of `text`, or a word without quotes; nullopt: none, or the quote does
// not end.
std::optional<std::string> next_item(std::string_view* text) {
    *text = trim_left(*text);
    if (text->empty()) return {};
    std::string out;
    std::size_t at = 0;
    if (text->front() != '"') {
        const std::string_view word = next_word(*text);
        return std::string(word);
    }
    for (at = 1; at < text->size() && (*text)[at] != '"'; ++at) {
        if ((*text)[at] == '\\' && at + 1 < text->size()) ++at;
        out += (*text)[at];
    }
    if (at >= text->size()) return {};
    text->remove_prefix(at + 1);
    return out;
}

bool apply(std::string_view item, AuthInfo* info) {
    if (item.size() < 2) return false;
    for (const Tag& tag : kTags) {
        if (to_upper(item[0]) != tag.letter) continue;
        const std::string_view value = item.substr(2);
        if (item[1] == ':') {
            info->*tag.value = value;
            return true;
        }
        const auto decoded = item[1] == '=' ? base64_decode(value) : std::nullopt;
        if (!decoded) return false;
        info->*tag.value = *decoded;
        return true;
    }
    return false;
}

}  // namespace

std::optional<AuthInfo> parse_auth_info(std::string_view words) {
    AuthInfo info;
    while (!trim(words).empty()) {
        const auto item = next_item(&words);
        if (!item || !apply(*item, &info)) return {};
    }
    return info;
}

AuthInfo parse_auth_file(std::string_view text) {
    AuthInfo info;
    constexpr std::array kOrder = {&AuthInfo::user,  &AuthInfo::auth_id,    &AuthInfo::password,
                                   &AuthInfo::realm, &AuthInfo::mechanisms, &AuthInfo::token};
    std::size_t line = 0;
    for (const std::string_view each : split(text, '\n')) {
        if (line >= kOrder.size()) break;
        const std::size_t size = each.ends_with('\r') ? each.size() - 1 : each.size();
        info.*kOrder[line++] = std::string(each.substr(0, size));
    }
    return info;
}

}  // namespace sm
