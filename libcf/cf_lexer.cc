#include "libcf/cf_lexer.h"

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {

namespace {

// Cuts the line at a # that starts a comment: not behind $ or \; "\#" becomes "#".
std::string without_comment(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '\\' && i + 1 < line.size() && line[i + 1] == '#') {
            out += '#';
            ++i;
        } else if (c == '#' && (i == 0 || line[i - 1] != '$')) {
            break;
        } else {
            out += c;
        }
    }
    return out;
}

void finish_line(std::vector<CfLine>& lines) {
    if (lines.empty()) return;
    std::string& text = lines.back().text;
    text.resize(trim_right(text).size());
    if (text.empty()) lines.pop_back();
}

}  // namespace

std::vector<CfLine> split_cf_lines(std::string_view file) {
    std::vector<CfLine> lines;
    int number = 0;
    std::int64_t level = 0;
    bool open = false;  // the last line can be continued
    while (!file.empty()) {
        const std::size_t end = file.find('\n');
        std::string_view line = file.substr(0, end);
        file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
        ++number;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        if (line.front() == ' ' || line.front() == '\t') {
            if (open && !trim(line).empty()) {
                lines.back().number = number;
                append(lines.back().text, '\n', level >= 3 ? without_comment(line) : line);
            }
            continue;
        }
        if (open) finish_line(lines);
        lines.push_back(CfLine{number, {}});
        lines.back().text = level >= 3 ? without_comment(line) : std::string(line);
        open = true;
        if (line.front() == 'V') level = leading_int(line.substr(1));
    }
    if (open) finish_line(lines);
    return lines;
}

}  // namespace sm
