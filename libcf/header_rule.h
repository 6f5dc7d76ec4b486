// HeaderRule: one H line. Source: operations guide 5.7.
#pragma once

#include <bitset>
#include <string>

namespace sm {

struct HeaderRule {
    std::string name;            // as written, "*" for the default check
    std::string text;            // template, macros unexpanded; empty for a check only
    std::string flags;           // H?flags?: written when the mailer has one of these
    std::string macro;           // H?${name}?: written when the macro is set
    std::string ruleset;         // HName: $>ruleset
    bool keep_comments = false;  // $>+
    [[nodiscard]] bool is_check() const { return !ruleset.empty(); }
};

}  // namespace sm
