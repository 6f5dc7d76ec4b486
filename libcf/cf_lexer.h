// The logical lines of a configuration file: continuations joined, comments and empty lines left
// out. Also used by programs that need a few lines of a cf only (makemap -C, praliases).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct CfLine {
    int number = 0;    // of its last physical line, from 1, as diagnostics count
    std::string text;  // continuation lines are joined by "\n" and their white space
};

// comments: true when an unescaped # starts a comment inside a line (config level 3 and more; the
// V line itself decides, see split_cf_lines).
[[nodiscard]] std::vector<CfLine> split_cf_lines(std::string_view file);

}  // namespace sm
