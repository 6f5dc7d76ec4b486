// TokenList: an address or other workspace as the rewriting engine sees it.
//
// A token is a word, a single operator character, a quoted string with its quotes, or one of the
// markers $# $@ $: $| that a ruleset leaves in its result. prescan.h makes token lists from text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct Token {
    enum class Kind : std::uint8_t {
        kText,
        kResolve,    // $#
        kHost,       // $@
        kUser,       // $:
        kSeparator,  // $|
        kCall,       // $> left by a call of an unknown ruleset
    };
    std::string text;  // for markers: "$#" etc.
    Kind kind = Kind::kText;
    // True when white space stood before the token in the text it came from.
    bool space_before = false;

    [[nodiscard]] bool is_marker() const { return kind != Kind::kText; }
    friend bool operator==(const Token& a, const Token& b) {
        return a.kind == b.kind && a.text == b.text;
    }
};

using TokenList = std::vector<Token>;

}  // namespace sm
