// Which alias databases a configuration names. Only the AliasFile lines of it are looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct AliasFileSpec {
    std::string type;  // "implicit" when the configuration has none
    std::string path;
};

// "hash:/etc/mail/aliases" or a path.
[[nodiscard]] AliasFileSpec parse_alias_spec(std::string_view spec);

// From the lines `O AliasFile=...` (and the old `OA...`) of a configuration; flags such as "-o" are
// left out.
[[nodiscard]] std::vector<AliasFileSpec> alias_files_of(std::string_view configuration);

}  // namespace sm
