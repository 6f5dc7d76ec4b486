// Options that are read and have no effect.
#pragma once

#include <string>
#include <vector>

#include "libcf/options.h"

namespace sm {

// "option MatchGECOS: not implemented", one line for each such option whose value is not the
// default. Those that nothing here could need (sizes of buffers, a source of random numbers) are
// not among them: RELEASE_NOTES has both lists.
[[nodiscard]] std::vector<std::string> notes_about_unused_options(const Options& options);

}  // namespace sm
