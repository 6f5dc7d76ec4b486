// Macro names and expansion; expand_macros itself is declared in config.h for everybody.
#pragma once

#include <string>
#include <string_view>

#include "libcf/macro_scope.h"

namespace sm {

// Cuts a macro or class name off `rest`, which stands behind "$", "$=" or "D": one character, or
// {word} without its braces. Empty only at the end of the text.
[[nodiscard]] std::string_view take_macro_name(std::string_view& rest);

// "x" for x, "{name}" for longer names.
[[nodiscard]] std::string show_macro_name(std::string_view name);

// As declared in config.h.
[[nodiscard]] std::string expand_macros(std::string_view text, const MacroScope& scope);

// The expansion done when a line of the configuration is read: $x, ${name} and conditionals are
// replaced, the operators of rules ($*, $=X, $1, $&x, $$, ...) stay.
[[nodiscard]] std::string expand_while_reading(std::string_view text, const MacroScope& scope);

}  // namespace sm
