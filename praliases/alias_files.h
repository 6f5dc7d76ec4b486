// Which alias databases a configuration names. Only the AliasFile lines of it are looked at.
#pragma once

#include <string_view>
#include <vector>

#include "libmap/alias_spec.h"

namespace sm {

// From the lines `O AliasFile=...` (and the old `OA...`) of a configuration; without those that
// name no file.
[[nodiscard]] std::vector<AliasSpec> alias_files_of(std::string_view configuration);

}  // namespace sm
