// H, Q and X lines, and names of macros, classes and rulesets.
#include <algorithm>

#include "libcf/line_readers.h"
#include "libcf/option_reader.h"
#include "libcf/rule_program.h"
#include "libmail/header_list.h"
#include "libsm/parse_number.h"

namespace sm {

namespace {

constexpr std::size_t kMaxMacroName = 25;

bool good_name_char(char c) {
    return is_alnum(c) || c == '_';
}

}  // namespace

std::optional<std::string> read_macro_name(std::string_view& rest, Diagnostics& diagnostics) {
    if (rest.empty()) {
        diagnostics.error("Name required for macro/class");
        return std::nullopt;
    }
    if (rest.front() != '{') {
        std::string name(rest.substr(0, 1));
        rest.remove_prefix(1);
        return name;
    }
    const auto no_number = [&diagnostics] {
        diagnostics.error("Unable to assign macro/class ID (mid = 0xffffffff)");
        return std::nullopt;
    };
    std::string name;
    std::size_t i = 1;
    for (; i < rest.size() && rest[i] != '}'; ++i) {
        if (!good_name_char(rest[i])) {
            diagnostics.error(cat("Invalid macro/class character ", rest[i]));
        } else {
            name += rest[i];
        }
    }
    const bool closed = i < rest.size();
    rest.remove_prefix(std::min(i + 1, rest.size()));
    if (!closed) {
        diagnostics.error(cat("Unbalanced { on ", name));
        return no_number();
    }
    if (name.size() > kMaxMacroName) {
        diagnostics.error(cat("Macro/class name ({", name.substr(0, kMaxMacroName), "}) too long (",
                              kMaxMacroName, " chars max)"));
        return no_number();
    }
    if (name.empty()) {
        diagnostics.error("Name required for macro/class");
        return std::nullopt;
    }
    return name;
}

int ruleset_number(Config& config, std::string_view text, bool enter, Diagnostics& diagnostics) {
    RuleProgram& rules = config.rules();
    if (!text.empty() && is_digit(text.front())) {
        const std::int64_t number = leading_int(text);
        if (number >= kMaxRulesets / 2) {
            diagnostics.error(cat("bad ruleset ", number, " (", kMaxRulesets / 2, " max)"));
            return -1;
        }
        return static_cast<int>(number);
    }
    if (text.empty() || (!is_alpha(text.front()) && text.front() != '_')) {
        diagnostics.error(cat("invalid ruleset name: \"", text.substr(0, text.find(' ')), "\""));
        return -1;
    }
    std::size_t end = 0;
    while (end < text.size() && good_name_char(text[end])) ++end;
    const std::string_view name = text.substr(0, end);
    std::string_view rest = trim_left(text.substr(end));
    int wanted = -1;
    if (!rest.empty() && rest.front() == '=') {
        rest = trim_left(rest.substr(1));
        if (rest.empty() || !is_digit(rest.front())) {
            diagnostics.error(
                cat("bad ruleset definition \"", text, "\" (number required after `=')"));
            return -1;
        }
        const std::int64_t number = leading_int(rest);
        if (number >= kMaxRulesets / 2) {
            diagnostics.error(cat("bad ruleset number ", number, " in \"", text, "\" (",
                                  kMaxRulesets / 2, " max)"));
            return -1;
        }
        wanted = static_cast<int>(number);
    } else if (!enter) {
        return rules.find(name);
    }
    int other = -1;
    const int number = rules.define_name(name, wanted, &other);
    if (number < 0 && other >= 0) {
        diagnostics.error(cat(text, ": ruleset changed value (old ", other, ", new ", wanted, ")"));
        return other;
    }
    if (number < 0) diagnostics.error(cat("too many named rulesets (", name, ")"));
    return number;
}

namespace {

// Of other headers the last H line counts, with its conditions.
bool may_repeat(std::string_view header) {
    return header_class(header) == HeaderClass::kTrace || iequals(header, "Comments");
}

}  // namespace

void read_header_line(Config& config, std::string_view text, Diagnostics& diagnostics) {
    HeaderRule rule;
    std::string_view rest = text;
    const auto syntax_error = [&] {
        diagnostics.error(cat("header syntax error, line \"", text, "\""));
    };
    if (!rest.empty() && rest.front() == '?') {
        const std::size_t close = rest.find('?', 1);
        if (close == std::string_view::npos) {
            syntax_error();
            return;
        }
        const std::string_view condition = rest.substr(1, close - 1);
        if (condition.size() > 1 && condition.front() == '$') {
            std::string_view name = condition.substr(1);
            const auto macro = read_macro_name(name, diagnostics);
            if (macro) rule.macro = *macro;
        } else {
            rule.flags = condition;
        }
        rest.remove_prefix(close + 1);
    }
    const std::size_t colon = rest.find(':');
    const std::string_view name = trim(rest.substr(0, colon));
    if (colon == std::string_view::npos || name.empty() ||
        name.find_first_of(" \t\n") != std::string_view::npos) {
        syntax_error();
        return;
    }
    rule.name = name;
    const std::string_view value = trim_left(rest.substr(colon + 1));
    if (value.substr(0, 2) == "$>") {
        std::string_view ruleset = value.substr(2);
        if (!ruleset.empty() && ruleset.front() == '+') {
            rule.keep_comments = true;
            ruleset.remove_prefix(1);
        }
        ruleset = trim(ruleset);
        if (ruleset_number(config, ruleset, true, diagnostics) < 0) return;
        rule.ruleset = ruleset;
    } else {
        rule.text = value;
    }
    if (!rule.text.empty() && !may_repeat(rule.name)) {
        std::erase_if(config.headers, [&rule](const HeaderRule& old) {
            return !old.is_check() && iequals(old.name, rule.name);
        });
    }
    config.headers.push_back(std::move(rule));
}

namespace {

// Runs through "name, X=value, ..."; `set` returns false for an unknown key.
template <typename Set>
void read_equates(std::string_view rest, const Set& set) {
    for (;;) {
        const std::size_t begin = rest.find_first_not_of(", \t\n");
        if (begin == std::string_view::npos) return;
        rest.remove_prefix(begin);
        const char key = rest.front();
        const std::size_t equals = rest.find_first_of("=,");
        if (equals == std::string_view::npos || rest[equals] == ',') {
            if (!set(key, std::string(), false)) return;
            rest.remove_prefix(std::min(equals, rest.size()));
            continue;
        }
        rest = trim_left(rest.substr(equals + 1));
        const std::string value = read_munched(rest, ',');
        if (!set(key, value, true)) return;
    }
}

std::string_view cut_name(std::string_view text, std::string_view& rest) {
    const std::size_t end = text.find_first_of(", \t\n");
    rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
    return text.substr(0, end);
}

bool set_queue_equate(QueueGroupSpec& group, char key, const std::string& value,
                      Diagnostics& diagnostics) {
    const auto number = static_cast<int>(leading_int(value));
    switch (key) {
        case 'P':
            group.directories = {value};
            break;
        case 'F':
            group.flags = value;
            break;
        case 'N':
            group.nice = number;
            break;
        case 'I':
            group.interval = read_timespan(value, 'm', diagnostics);
            break;
        case 'R':
            group.runners = number;
            break;
        case 'J':
            group.jobs = number;
            break;
        case 'r':
            group.max_recipients = number;
            break;
        default:
            return false;
    }
    return true;
}

bool set_filter_timeouts(FilterSpec& filter, std::string_view text, Diagnostics& diagnostics) {
    for (const std::string_view piece : split(text, ';')) {
        const std::string_view pair = trim(piece);
        const std::size_t colon = pair.find(':');
        if (pair.empty() || colon == std::string_view::npos) continue;
        std::chrono::seconds* place = nullptr;
        switch (pair.front()) {
            case 'C':
                place = &filter.connect;
                break;
            case 'S':
                place = &filter.send;
                break;
            case 'R':
                place = &filter.read;
                break;
            case 'E':
                place = &filter.end_of_message;
                break;
            default:
                diagnostics.error(
                    cat('X', filter.name, ": unknown filter timeout ", pair.substr(0, 1)));
                return false;
        }
        *place = read_timespan(pair.substr(colon + 1), 's', diagnostics);
    }
    return true;
}

// Checks the form of S=; false: complained.
bool check_socket(const FilterSpec& filter, Diagnostics& diagnostics) {
    const std::size_t colon = filter.socket.find(':');
    if (filter.socket.empty() || colon == std::string::npos) {
        diagnostics.error(cat('X', filter.name, ": empty or missing socket information"));
        return false;
    }
    const std::string_view type = std::string_view(filter.socket).substr(0, colon);
    for (const std::string_view known : {"inet", "inet6", "local", "unix"}) {
        if (iequals(type, known)) return true;
    }
    diagnostics.error(
        cat('X', filter.name, ": unknown socket type ", type, ": Protocol not supported"));
    return false;
}

}  // namespace

void read_queue_group_line(Config& config, std::string_view text, Diagnostics& diagnostics) {
    std::string_view rest;
    const std::string_view name = cut_name(text, rest);
    if (name.empty()) {
        diagnostics.error("name required for queue");
        return;
    }
    if (config.options.queue_directory.empty()) {
        diagnostics.error("QueueDir must be defined before queue groups");
        return;
    }
    const auto known =
        std::find_if(config.queue_groups.begin(), config.queue_groups.end(),
                     [name](const QueueGroupSpec& group) { return iequals(group.name, name); });
    QueueGroupSpec group = known != config.queue_groups.end() ? *known : QueueGroupSpec{};
    group.name = name;
    read_equates(rest, [&](char key, const std::string& value, bool given) {
        if (given && set_queue_equate(group, key, value, diagnostics)) return true;
        diagnostics.error(cat('Q', name, ": unknown queue equate ", key, '='));
        return false;
    });
    if (known != config.queue_groups.end()) {
        *known = std::move(group);
    } else {
        config.queue_groups.push_back(std::move(group));
    }
}

void read_filter_line(Config& config, std::string_view text, Diagnostics& diagnostics) {
    std::string_view rest;
    const std::string_view name = cut_name(text, rest);
    if (name.empty()) {
        diagnostics.error("name required for mail filter");
        return;
    }
    FilterSpec filter;
    filter.name = name;
    bool good = true;
    read_equates(rest, [&](char key, const std::string& value, bool given) {
        if (given && key == 'S') {
            filter.socket = value;
        } else if (given && key == 'F') {
            filter.on_failure = value.empty() ? '\0' : value.front();
        } else if (given && key == 'T') {
            good = set_filter_timeouts(filter, value, diagnostics);
        } else {
            diagnostics.error(cat('X', name, ": unknown filter equate ", key, '='));
            good = false;
        }
        return good;
    });
    if (good && !check_socket(filter, diagnostics)) good = false;
    for (const FilterSpec& other : config.filters) {
        if (iequals(other.name, name)) {
            diagnostics.error(cat('X', name, ": duplicate filter definition"));
            return;
        }
    }
    config.filters.push_back(std::move(filter));
}

}  // namespace sm
