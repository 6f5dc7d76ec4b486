#include "libmap/cf_values.h"

#include <pwd.h>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {

std::optional<std::string_view> option_in_line(std::string_view line, std::string_view name,
                                               char letter) {
    if (line.size() < 2 || line.front() != 'O') return std::nullopt;
    if (line[1] != ' ') {
        if (letter == '\0' || line[1] != letter) return std::nullopt;
        return trim(line.substr(2));
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (!iequals(trim(line.substr(2, equals - 2)), name)) return std::nullopt;
    return trim(line.substr(equals + 1));
}

std::vector<std::string_view> options_in_text(std::string_view configuration, std::string_view name,
                                              char letter) {
    std::vector<std::string_view> out;
    for (const std::string_view line : split(configuration, '\n')) {
        if (const auto value = option_in_line(line, name, letter)) out.push_back(*value);
    }
    return out;
}

Result<MapTypeAliases> type_aliases_of(std::string_view configuration) {
    MapTypeAliases out;
    int number = 0;
    for (const std::string_view line : split(configuration, '\n')) {
        ++number;
        const auto value = option_in_line(line, "MapTypeAlias");
        if (!value) continue;
        auto aliases = parse_map_type_aliases(*value);
        if (!aliases.ok()) {
            return make_error(aliases.error().code,
                              cat("line ", number, ": ", aliases.error().text));
        }
        out = std::move(*aliases);
    }
    return out;
}

std::optional<uid_t> trusted_user_of(std::string_view configuration,
                                     const std::function<void(std::string_view)>& complain) {
    std::optional<uid_t> out;
    for (const std::string_view value : options_in_text(configuration, "TrustedUser")) {
        const std::string name(value);
        if (const auto number = parse_int(name)) {
            out = static_cast<uid_t>(*number);
        } else if (const passwd* account = ::getpwnam(name.c_str())) {
            out = account->pw_uid;
        } else {
            complain(cat("TrustedUser: unknown user ", name));
        }
    }
    return out;
}

std::optional<std::string> map_class_of(std::string_view configuration, std::string_view file) {
    for (const std::string_view line : split(configuration, '\n')) {
        if (!line.starts_with('K')) continue;
        const auto words = split_words(line.substr(1));
        if (words.size() >= 3 && words.back() == file) return std::string(words[1]);
    }
    return std::nullopt;
}

}  // namespace sm
