#include "libmail/smtp_command.h"

#include "libsm/strings.h"

namespace sm {
namespace {

bool is_keyword_char(char c) {
    return is_alnum(c) || c == '-';
}
bool is_control(char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
}

std::vector<EsmtpParameter> parse_parameters(std::string_view rest) {
    std::vector<EsmtpParameter> out;
    rest = trim_left(rest);
    while (!rest.empty()) {
        EsmtpParameter parameter;
        std::size_t at = 0;
        while (at < rest.size() && is_keyword_char(rest[at])) ++at;
        parameter.keyword = rest.substr(0, at);
        if (at < rest.size() && rest[at] == '=') {
            parameter.has_value = true;
            const std::size_t start = ++at;
            while (at < rest.size() && !is_space(rest[at]) && !is_control(rest[at]) &&
                   rest[at] != '=') {
                ++at;
            }
            parameter.value = rest.substr(start, at - start);
        }
        out.push_back(parameter);
        // An empty or unknown keyword ends the command anyway; one character is always taken.
        if (at < rest.size()) ++at;
        rest = trim_left(rest.substr(at));
    }
    return out;
}

// Where the reading of an address stands.
struct Scan {
    bool quoted = false;
    bool escaped = false;
    int comments = 0;
    int angles = 0;
    [[nodiscard]] bool inside() const { return quoted || comments > 0 || angles > 0; }

    void take(char c) {
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"' && comments == 0) {
            quoted = !quoted;
        } else if (!quoted) {
            bracket(c);
        }
    }

    void bracket(char c) {
        if (c == '(') ++comments;
        if (c == ')' && comments > 0) --comments;
        if (comments > 0) return;
        if (c == '<') ++angles;
        if (c == '>' && angles > 0) --angles;
    }
};

}  // namespace

SmtpCommand split_command(std::string_view line) {
    line = trim_left(line);
    std::size_t at = 0;
    while (at < line.size() && line[at] != ' ') ++at;
    // A verb that is only followed by other white space ("NOOP\r") is still that verb.
    return {trim_right(line.substr(0, at)), trim(line.substr(at))};
}

std::string without_secret(std::string_view line) {
    const SmtpCommand command = split_command(line);
    if (!iequals(command.verb, "AUTH")) return std::string(line);
    std::string_view rest = command.argument;
    const std::string_view mechanism = next_word(rest);
    return cat(command.verb, mechanism.empty() ? "" : " ", mechanism,
               trim(rest).empty() ? "" : " ****");
}

std::string clean_command(std::string_view line, bool keep_8bit) {
    std::string out;
    out.reserve(line.size());
    for (const char c : line) {
        const char kept = keep_8bit ? c : static_cast<char>(c & 0x7f);
        if (kept == '\0') break;  // 0x80 without its high bit as well
        out += kept;
    }
    return out;
}

std::size_t address_length(std::string_view text) {
    Scan scan;
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (is_space(c) && !scan.escaped && !scan.inside()) break;
        scan.take(c);
        ++at;
    }
    return at;
}

PathArgument parse_path_argument(std::string_view argument, std::string_view word) {
    PathArgument out;
    const std::size_t end = argument.find_first_of(": \t");
    const std::string_view found = argument.substr(0, end);
    out.scanned = found;
    if (!iequals(found, word) || end == std::string_view::npos) return out;
    std::string_view rest = trim_left(argument.substr(end));
    if (rest.empty() || rest.front() != ':') return out;
    rest = trim_left(rest.substr(1));
    if (rest.empty()) return out;
    const std::size_t length = address_length(rest);
    out.ok = true;
    Scan scan;
    for (const char c : rest.substr(0, length)) scan.take(c);
    if (scan.quoted) {
        out.unbalanced = '"';
    } else if (scan.comments > 0) {
        out.unbalanced = '(';
    } else if (scan.angles > 0) {
        out.unbalanced = '<';
    }
    out.address = rest.substr(0, length);
    out.parameters = parse_parameters(rest.substr(length));
    return out;
}

bool is_helo_name(std::string_view text) {
    for (const char c : text) {
        if (!is_alnum(c) && std::string_view("[].-_#:").find(c) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

}  // namespace sm
