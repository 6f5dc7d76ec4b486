// Which messages get an automatic answer. Source: vacation(1), RFC 3834 section 2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct IncomingMessage {
    std::string sender;      // of the line "From sender date"; "": there was none
    bool automatic = false;  // Precedence bulk, junk or list, or Auto-Submitted
    bool for_me = false;     // one of the names is in To or Cc
};

// Reads the header section. names: the login and its aliases.
[[nodiscard]] IncomingMessage read_message(const std::vector<std::string>& lines,
                                           const std::vector<std::string>& names);

// Lists, owners and daemons: never answered.
[[nodiscard]] bool is_machine(std::string_view sender);

// The name stands in the field as a word of its own, case aside.
[[nodiscard]] bool names_user(std::string_view field, std::string_view name);

}  // namespace sm
