// Debug tracing by category and level (-d). Category numbers are those of the published
// TRACEFLAGS list; libsm/trace_categories.def names the ones in use.
//
//     SM_TRACE(Trace::kRewrite, 2, cat("ruleset ", id))
//
// A disabled trace costs one array load and no formatting.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

enum class Trace : std::uint8_t {
#define SM_TRACE_CATEGORY(name, number) name = number,
#include "libsm/trace_categories.def"
#undef SM_TRACE_CATEGORY
};

namespace detail {
extern std::array<std::uint8_t, 100> trace_levels;
}

[[nodiscard]] inline bool tracing(Trace category, int level) {
    return detail::trace_levels[static_cast<std::size_t>(category)] >= level;
}
[[nodiscard]] inline bool tracing(int category, int level) {
    return category >= 0 && category < 100 &&
           detail::trace_levels[static_cast<std::size_t>(category)] >= level;
}

// "21.4,37", "0-99.1", "" (= 0-99.1); named globs are not implemented and are an Error.
[[nodiscard]] Status set_trace(std::string_view flags);

// One line to the debug output (standard output, or the file of -D). Passwords in it ("P:...", as in
// AuthInfo entries) are left out, but not in address test mode.
void trace_line(std::string_view text);
// As given, without a line end.
void trace_text(std::string_view text);
[[nodiscard]] Status set_trace_file(const char* path);
// Collects the debug output in `buffer` from now on (address test mode, which mixes it with its
// own output); nullptr: written at once again.
void set_trace_buffer(std::string* buffer);

#define SM_TRACE(category, level, text)                             \
    do {                                                            \
        if (::sm::tracing(category, level)) ::sm::trace_line(text); \
    } while (false)

}  // namespace sm
