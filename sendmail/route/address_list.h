// Lists of addresses as they stand in aliases, :include: files, .forward files and headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

// Cuts a list at its commas (and line feeds), not inside quotes, parentheses or angle brackets.
// With blanks_separate, blanks outside those separate too when the list has no comma (option
// OldStyleHeaders). Empty items are dropped; white space around items is removed.
[[nodiscard]] std::vector<std::string> split_addresses(std::string_view list,
                                                       bool blanks_separate = false);

// The text without one pair of double quotes around all of it, backslashes resolved; other text
// unchanged: "\"|prog a\"" -> "|prog a".
[[nodiscard]] std::string unquote(std::string_view text);

}  // namespace sm
