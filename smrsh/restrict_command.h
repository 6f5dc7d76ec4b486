// The rules of smrsh(8): a command for `sh -c` is allowed only when each of its parts names a
// program in one directory, or is one of the words exec, exit, echo. The path in front of a name
// is dropped.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

// The command line to give to the shell, every program with its full path in `directory`.
// available: true when the file can be run. Parts are joined by && and ||; no other special
// character may occur. Error kUnavailable: text is the complaint, without the program's name.
[[nodiscard]] Result<std::string> restrict_command(
    std::string_view command, std::string_view directory,
    const std::function<bool(const std::string& path)>& available);

}  // namespace sm
