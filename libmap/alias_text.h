// The entries of an alias file, as newaliases stores them and class stab looks them up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "libmail/alias_file.h"
#include "libsm/result.h"

namespace sm {

struct AliasText {
    std::map<std::string, std::string> entries{};  // key as stored: value; of equal keys the last
    std::size_t aliases = 0;                       // lines that were taken
    std::size_t longest = 0;                       // octets of a value
    std::size_t bytes = 0;                         // of all keys and values
    bool errors = false;                           // a line was refused

    // "F: 3 aliases, longest 12 bytes, 29 bytes total"
    [[nodiscard]] std::string totals(std::string_view path) const;
};

// What the reading needs. Absent functions are not called.
struct AliasTextChecks {
    // The key of a name. Error: its text says why there is none ("x... cannot alias non-local
    // names"). Absent: the name in lower case.
    std::function<Result<std::string>(std::string_view name)> key_of{};
    // "F: line 4: missing colon". refused: the line is not taken.
    std::function<void(std::string_view complaint, bool refused)> complain{};
    // For lines that are taken, before they are.
    std::function<void(const AliasLine& line)> check_value{};
    bool warn_of_duplicates = false;
};

[[nodiscard]] AliasText read_alias_text(std::string_view text, std::string_view path,
                                        const AliasTextChecks& checks);

}  // namespace sm
