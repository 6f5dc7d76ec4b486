// What _exit would skip: coverage data (preset cov) and the leak check (preset dev).
#pragma once

namespace sm::port {

// Called before _exit. Returns a non-zero exit status when leaks were found, else 0.
[[nodiscard]] int before_exit();

}  // namespace sm::port
