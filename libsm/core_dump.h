// Core dumps of processes that hold secrets.
#pragma once

#include "libsm/result.h"

namespace sm {

// From now on neither this process nor its children leave a core file, and no debugger may attach
// without root's rights, until a program is exec'd. What becomes of /proc/self: it belongs to root.
// Error: kOsErr.
[[nodiscard]] Status forbid_core_dump();

}  // namespace sm
