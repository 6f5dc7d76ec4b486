#include "libcf/error_verdict.h"

#include <array>
#include <utility>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {

namespace {

constexpr std::array<std::pair<std::string_view, Exit>, 8> kWords = {{
    {"USAGE", Exit::kUsage},
    {"NOUSER", Exit::kNoUser},
    {"NOHOST", Exit::kNoHost},
    {"UNAVAILABLE", Exit::kUnavailable},
    {"SOFTWARE", Exit::kSoftware},
    {"TEMPFAIL", Exit::kTempFail},
    {"PROTOCOL", Exit::kProtocol},
    {"CONFIG", Exit::kConfig},
}};

// "5.7.1" at the start of the text, followed by a blank or the end; "" when there is none.
std::string_view leading_dsn(std::string_view text) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (word.size() < 5 || (word[0] != '2' && word[0] != '4' && word[0] != '5')) return {};
    int dots = 0;
    int digits = 0;
    for (const char c : word.substr(1)) {
        if (c == '.') {
            ++dots;
            digits = 0;
        } else if (is_digit(c) && dots > 0 && digits < 3) {
            ++digits;
        } else {
            return {};
        }
    }
    return dots == 2 && digits > 0 ? word : std::string_view();
}

std::string without_quotes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            out += text[++i];
        } else if (text[i] != '"') {
            out += text[i];
        }
    }
    return out;
}

Exit status_of(std::string_view host) {
    if (host.empty()) return Exit::kUnavailable;
    if (!leading_dsn(host).empty()) return exit_of_dsn(host);
    for (const auto& [word, code] : kWords) {
        if (iequals(word, host)) return code;
    }
    const auto number = parse_int(host);
    if (number && find_exit_info(static_cast<int>(*number)) != nullptr) {
        return static_cast<Exit>(*number);
    }
    return Exit::kUnavailable;
}

}  // namespace

Exit exit_of_dsn(std::string_view dsn) {
    if (dsn.size() < 5) return Exit::kUnavailable;
    if (dsn[0] == '2') return Exit::kOk;
    if (dsn[0] == '4') return Exit::kTempFail;
    if (dsn == "5.1.1" || dsn == "5.1.4" || dsn == "5.1.6" || dsn == "5.1.0") return Exit::kNoUser;
    if (dsn == "5.1.2") return Exit::kNoHost;
    if (dsn == "5.1.3" || dsn == "5.1.7" || dsn.substr(0, 4) == "5.6.") return Exit::kDataErr;
    if (dsn == "5.3.5") return Exit::kConfig;
    if (dsn.substr(0, 4) == "5.5.") return Exit::kProtocol;
    return Exit::kUnavailable;
}

ErrorVerdict error_verdict(std::string_view host, std::string_view text) {
    ErrorVerdict out;
    out.status = status_of(host);
    out.quarantine = iequals(host, "quarantine");
    out.text = without_quotes(text);
    const std::string_view rest = out.text;
    const bool coded = rest.size() >= 4 && rest[0] >= '2' && rest[0] <= '5' && is_digit(rest[1]) &&
                       is_digit(rest[2]) && rest[3] == ' ';
    if (!coded) return out;
    out.smtp = static_cast<int>(leading_int(rest.substr(0, 3)));
    std::string remaining(rest.substr(4));
    const std::string_view own = leading_dsn(remaining);
    if (!own.empty()) {
        out.dsn = own;
        remaining = trim_left(std::string_view(remaining).substr(own.size()));
    } else if (!leading_dsn(host).empty()) {
        out.dsn = host;
    } else {
        out.dsn = cat(rest[0], ".0.0");
    }
    if (host.empty() && out.text[0] == '4') out.status = Exit::kTempFail;
    out.text = std::move(remaining);
    return out;
}

}  // namespace sm
