// What this binary was compiled with: the words of `sendmail -d0.1` and the version.
#pragma once

#include <string_view>
#include <vector>

namespace sm {

// "9.0.0"
[[nodiscard]] std::string_view version();

// Sorted words of the "Compiled with:" list (published names: STARTTLS, SASLv2, NEWDB=5.3, ...).
[[nodiscard]] std::vector<std::string_view> compiled_with();
[[nodiscard]] std::vector<std::string_view> os_defines();
[[nodiscard]] std::vector<std::string_view> libsm_defines();
[[nodiscard]] std::vector<std::string_view> ffr_defines();

}  // namespace sm
