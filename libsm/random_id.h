// Unpredictable names and numbers, from getrandom(2).
#pragma once

#include <cstdint>
#include <string>

namespace sm {

[[nodiscard]] std::uint64_t random_number();

// `length` characters of [0-9A-Za-z].
[[nodiscard]] std::string random_name(std::size_t length);

}  // namespace sm
