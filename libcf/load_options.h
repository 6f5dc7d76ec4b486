// Options about the load average whose default depends on the machine.
#pragma once

#include <cstdint>

namespace sm {

// What Options holds for QueueLA=0 and RefuseLA=0: 0 there means that the option is not set.
inline constexpr std::int64_t kExplicitZero = -1;

}  // namespace sm
