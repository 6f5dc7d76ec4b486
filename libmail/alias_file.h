// The text of an alias file, as aliases(5) says: "name: list", continued by white space at the
// start of a line or a backslash at its end. Lines that begin with "#" are skipped, with what
// continues them. Carriage returns at line ends are not part of the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct AliasLine {
    std::size_t line = 0;    // number of its last line, from 1
    std::string text;        // all of it, joined
    std::string name;        // left of the colon, trimmed; as written
    std::string value;       // right of it, without white space at its beginning
    bool stray = false;      // starts with white space but continues nothing
    bool has_colon = false;  // false: "missing colon"; name is then the whole line
};

[[nodiscard]] std::vector<AliasLine> parse_alias_file(std::string_view text);

}  // namespace sm
