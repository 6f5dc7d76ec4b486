#include "libmail/alias_file.h"

#include "libsm/strings.h"

namespace sm {
namespace {

// Where the name ends: the first colon outside double quotes.
std::size_t colon_of(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == ':' && !quoted) {
            return i;
        }
    }
    return std::string_view::npos;
}

AliasLine cut(std::string_view text, std::size_t line) {
    AliasLine out;
    out.line = line;
    const std::size_t colon = colon_of(text);
    out.has_colon = colon != std::string_view::npos;
    out.name = trim(text.substr(0, colon));
    if (out.has_colon) out.value = trim(text.substr(colon + 1));
    return out;
}

}  // namespace

std::vector<AliasLine> parse_alias_file(std::string_view text) {
    std::vector<AliasLine> out;
    std::string logical;
    std::size_t first = 0;
    std::size_t number = 0;
    bool joined = false;  // the line before ended with a backslash
    const auto finish = [&] {
        if (!trim(logical).empty()) {
            out.push_back(cut(logical, first));
            out.back().stray = logical.front() == ' ' || logical.front() == '\t';
        }
        logical.clear();
    };
    for (std::string_view line : split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool continues = joined || (!line.empty() && (line[0] == ' ' || line[0] == '\t'));
        if (!joined && (line.empty() || line[0] == '#')) {
            if (line.empty()) finish();
            continue;
        }
        if (!continues || logical.empty()) {
            finish();
            first = number;
        }
        joined = line.ends_with('\\');
        if (joined) line.remove_suffix(1);
        logical += line;
    }
    finish();
    return out;
}

}  // namespace sm
