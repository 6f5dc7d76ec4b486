// One file of option AliasFile: "/etc/mail/aliases", "hash:/etc/mail/aliases", "btree: -o -N FILE".
#pragma once

#include <string>
#include <string_view>

namespace sm {

struct AliasSpec {
    std::string type = "implicit";  // class, in lower case
    bool typed = false;             // the class was given
    std::string words{};            // behind the class: flags and file, as in a K line
    std::string path{};             // the first word that is no flag; empty: there is none

    // Whether the flags hold this letter.
    [[nodiscard]] bool has_flag(char letter) const;
};

[[nodiscard]] AliasSpec parse_alias_spec(std::string_view text);

}  // namespace sm
