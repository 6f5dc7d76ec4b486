// What makemap and editmap ask of a map's file before they open it: it could otherwise be another
// file that somebody put in its place. DontBlameSendmail does not count here.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

struct MapFileCheck {
    bool for_writing = true;
    bool allow_links = false;             // symbolic and hard ones (makemap -s)
    std::optional<uid_t> trusted_user{};  // his files and directories are like root's
};

// warn: called with "WARNING: World writable directory /tmp" and the like. Error: why the file must
// not be used, in text ("Symbolic links not allowed", "Hard links not allowed", "Regular files
// only", "Executable files not allowed") or errno. A file that does not exist may be written where
// its directory is the caller's to write in; it is an error (ENOENT) when it is to be read.
[[nodiscard]] Status check_map_file(const std::string& file, const MapFileCheck& check,
                                    const std::function<void(std::string_view)>& warn);

}  // namespace sm
