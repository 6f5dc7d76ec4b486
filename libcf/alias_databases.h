// The alias databases of option AliasFile as maps "Alias0", "Alias1", ... of the configuration, in
// the order in which they are searched (sendmail/route asks them).
#pragma once

#include <string>
#include <vector>

#include "libcf/config.h"

namespace sm {

// Declares them, not opened. Each entry is "[class:][-flags ]file"; class "implicit" when none is
// given. Complaints, one line each, for databases that cannot be declared. Called once.
[[nodiscard]] std::vector<std::string> declare_alias_databases(Config& config);

}  // namespace sm
