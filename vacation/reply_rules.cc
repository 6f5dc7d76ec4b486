#include "vacation/reply_rules.h"

#include <algorithm>
#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

bool is_word(char c) {
    return is_digit(c) || (to_upper(c) >= 'A' && to_upper(c) <= 'Z');
}

bool is_bulk(std::string_view value) {
    constexpr std::array<std::string_view, 3> kWords = {"bulk", "junk", "list"};
    value = trim(value);
    return std::any_of(kWords.begin(), kWords.end(),
                       [value](std::string_view word) { return istarts_with(value, word); });
}

void take_field(std::string_view field, const std::vector<std::string>& names,
                IncomingMessage* out) {
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = trim(field.substr(0, colon));
    const std::string_view value = field.substr(colon + 1);
    if (iequals(name, "Precedence")) {
        out->automatic = out->automatic || is_bulk(value);
    } else if (iequals(name, "Auto-Submitted")) {
        std::string_view rest = value.substr(0, value.find(';'));
        out->automatic = out->automatic || !iequals(trim(rest), "no");
    } else if (iequals(name, "To") || iequals(name, "Cc")) {
        for (const std::string& each : names) {
            out->for_me = out->for_me || names_user(value, each);
        }
    }
}

}  // namespace

bool names_user(std::string_view field, std::string_view name) {
    if (name.empty()) return false;
    for (std::size_t at = 0; at + name.size() <= field.size(); ++at) {
        if (!iequals(field.substr(at, name.size()), name)) continue;
        const bool starts = at == 0 || !is_word(field[at - 1]);
        const std::size_t end = at + name.size();
        if (starts && (end == field.size() || !is_word(field[end]))) return true;
    }
    return false;
}

bool is_machine(std::string_view sender) {
    constexpr std::array<std::string_view, 3> kEnds = {"-REQUEST", "-RELAY", "-OWNER"};
    constexpr std::array<std::string_view, 4> kNames = {"POSTMASTER", "UUCP", "MAILER",
                                                        "MAILER-DAEMON"};
    const std::string user = upper(sender.substr(0, sender.rfind('@')));
    if (user.empty() || user == "<>" || user.starts_with("OWNER-")) return true;
    return std::any_of(kEnds.begin(), kEnds.end(),
                       [&user](std::string_view end) { return user.ends_with(end); }) ||
           std::find(kNames.begin(), kNames.end(), user) != kNames.end();
}

IncomingMessage read_message(const std::vector<std::string>& lines,
                             const std::vector<std::string>& names) {
    IncomingMessage out;
    std::string field;
    for (std::size_t i = 0; i < lines.size() && !lines[i].empty(); ++i) {
        const std::string& line = lines[i];
        if (i == 0 && line.starts_with("From ")) {
            std::string_view rest = std::string_view(line).substr(5);
            out.sender = std::string(next_word(rest));
            continue;
        }
        if (!field.empty() && (line.front() == ' ' || line.front() == '\t')) {
            field += line;
            continue;
        }
        take_field(field, names, &out);
        field = line;
    }
    take_field(field, names, &out);
    return out;
}

}  // namespace sm
