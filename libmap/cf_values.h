// Single options of a configuration file, for the tools of maps and aliases, which read nothing
// else of it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmap/map_type_alias.h"

namespace sm {

// The value of the line "O NAME=value" (any case, blanks around the name and the value), or of
// "Lvalue" behind the O when `letter` is not 0. nullopt: another line.
[[nodiscard]] std::optional<std::string_view> option_in_line(std::string_view line,
                                                             std::string_view name,
                                                             char letter = '\0');
// Of all lines, in order.
[[nodiscard]] std::vector<std::string_view> options_in_text(std::string_view configuration,
                                                            std::string_view name,
                                                            char letter = '\0');

// MapTypeAlias of a configuration file: the last one counts. Error: "line N: " and what is wrong.
[[nodiscard]] Result<MapTypeAliases> type_aliases_of(std::string_view configuration);

// The account of option TrustedUser. complain: "TrustedUser: unknown user NAME".
[[nodiscard]] std::optional<uid_t> trusted_user_of(
    std::string_view configuration, const std::function<void(std::string_view)>& complain);

// The class of the first K line whose last word is this file.
[[nodiscard]] std::optional<std::string> map_class_of(std::string_view configuration,
                                                      std::string_view file);

}  // namespace sm
