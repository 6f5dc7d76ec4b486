// M lines. Source: operations guide 5.4.
#include <algorithm>
#include <array>

#include "libcf/line_readers.h"
#include "libcf/option_reader.h"
#include "libcf/rule_program.h"
#include "libsm/parse_number.h"

namespace sm {

namespace {

// \n, \r, \t, \f, \b, \ooo; any other character stands for itself.
char read_escape(std::string_view& rest) {
    const char c = rest.front();
    if (c >= '0' && c <= '7') {
        unsigned value = 0;
        for (int i = 0; i < 3 && !rest.empty() && rest.front() >= '0' && rest.front() <= '7'; ++i) {
            value = value * 8 + static_cast<unsigned>(rest.front() - '0');
            rest.remove_prefix(1);
        }
        return static_cast<char>(value);
    }
    rest.remove_prefix(1);
    switch (c) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'f':
            return '\f';
        case 'b':
            return '\b';
        default:
            return c;
    }
}

// A command line: words separated by white space outside quotes.
std::vector<std::string> read_words(std::string_view& rest) {
    std::vector<std::string> out;
    bool open = false;
    bool quoted = false;
    while (!rest.empty() && (quoted || rest.front() != ',')) {
        const char c = rest.front();
        if (is_space(c) && !quoted) {
            open = false;
            rest.remove_prefix(1);
            continue;
        }
        if (!open) out.emplace_back();
        open = true;
        rest.remove_prefix(1);
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '\\' && !rest.empty()) {
            out.back() += read_escape(rest);
        } else {
            out.back() += c;
        }
    }
    return out;
}

struct Reading {
    Config& config;
    MailerSpec& mailer;
    Diagnostics& diagnostics;
    bool eol_given = false;
    bool line_limit_given = false;
};

void read_rulesets(const Reading& r, std::string_view value, int& envelope, int& header) {
    const std::size_t slash = value.find('/');
    const auto number = [&r](std::string_view text) {
        const int found = ruleset_number(r.config, trim(text), true, r.diagnostics);
        return std::max(found, 0);
    };
    envelope = number(value.substr(0, slash));
    header = slash == std::string_view::npos
                 ? envelope
                 : number(value.substr(slash + 1, value.find('/', slash + 1) - slash - 1));
}

void read_types(MailerSpec& mailer, std::string_view value) {
    const std::vector<std::string_view> parts = split(value, '/');
    const auto part = [&parts](std::size_t i, std::string_view fallback) {
        return std::string(i < parts.size() && !parts[i].empty() ? parts[i] : fallback);
    };
    mailer.mta_type = part(0, "dns");
    mailer.address_type = part(1, "rfc822");
    mailer.diagnostic_type = part(2, "smtp");
    mailer.types_given = true;
}

void read_user_equate(const Reading& r, const std::string& value) {
    const auto ids = read_user(value);
    if (!ids) {
        r.diagnostics.error(cat("readcf: mailer U= flag: unknown user ",
                                value.substr(0, value.find_first_of(":."))));
        return;
    }
    r.mailer.user_spec = value;
    r.mailer.uid = ids->uid;
    r.mailer.gid = ids->gid;
}

void read_queue_equate(const Reading& r, const std::string& value) {
    r.mailer.queue_group = value;
    const auto& groups = r.config.queue_groups;
    const bool known = value == "mqueue" || std::any_of(groups.begin(), groups.end(),
                                                        [&value](const QueueGroupSpec& group) {
                                                            return iequals(group.name, value);
                                                        });
    if (!known) {
        r.diagnostics.error(cat("mailer ", r.mailer.name, ": unknown queue ", value));
    }
}

// False: no such equate.
bool set_text_equate(Reading& r, char key, const std::string& value) {
    MailerSpec& m = r.mailer;
    switch (key) {
        case 'P':
            m.path = value;
            break;
        case 'F':
            for (const char c : value) {
                if (!is_space(c)) m.flags.set(static_cast<unsigned char>(c));
            }
            break;
        case 'E':
            m.eol = value;
            r.eol_given = true;
            break;
        case 'C':
            m.charset = value;
            break;
        case 'D':
            for (const std::string_view dir : split(value, ':')) m.directories.emplace_back(dir);
            break;
        case 'T':
            read_types(m, value);
            break;
        case 'U':
            read_user_equate(r, value);
            break;
        case 'Q':
            read_queue_equate(r, value);
            break;
        case '/':
            m.root = value;
            break;
        default:
            return false;
    }
    return true;
}

bool set_number_equate(Reading& r, char key, const std::string& value) {
    MailerSpec& m = r.mailer;
    const std::int64_t number = leading_int(value);
    switch (key) {
        case 'S':
            read_rulesets(r, value, m.sender_envelope_rules, m.sender_header_rules);
            break;
        case 'R':
            read_rulesets(r, value, m.recipient_envelope_rules, m.recipient_header_rules);
            break;
        case 'L':
            m.line_limit = std::max<std::int64_t>(number, 0);
            r.line_limit_given = true;
            break;
        case 'M':
            m.max_size = number;
            break;
        case 'm':
            m.max_messages = static_cast<int>(number);
            break;
        case 'r':
            m.max_recipients = number > 0 ? static_cast<int>(number) : 100;
            break;
        case 'N':
            m.nice = static_cast<int>(number);
            break;
        case 'W':
            m.wait = read_timespan(value, 's', r.diagnostics);
            break;
        default:
            return false;
    }
    return true;
}

void check_arguments(const Reading& r) {
    const MailerSpec& m = r.mailer;
    const std::string& first = m.argv.front();
    if (m.path == "[TCP]") {
        r.diagnostics.error(cat('M', m.name, ": P=[TCP] must be replaced by P=[IPC]"));
    } else if (m.is_network() && first != "TCP" && first != "FILE") {
        r.diagnostics.remark(
            cat('M', m.name, ": Warning: first argument in [IPC] mailer must be TCP or FILE"));
    } else if (m.is_file() && m.argv.size() < 2) {
        r.diagnostics.error(cat('M', m.name, ": too few parameters for [FILE] mailer"));
    }
}

void finish(Reading& r) {
    MailerSpec& m = r.mailer;
    if (!r.eol_given) m.eol = m.names_user() ? "\n" : "\r\n";
    if (m.has('L')) {
        if (!r.line_limit_given) m.line_limit = 990;
    }
    if (m.is_network() && !m.types_given) read_types(m, "");
    if (m.name == "prog") m.flags.reset('m');  // a program gets one recipient
    // Older levels had these as the nature of the local mailer.
    if (r.config.level < 6 && m.name == "local") {
        for (const char c : {'A', 'w', '5', ':', '|', '/', '@'}) {
            m.flags.set(static_cast<unsigned char>(c));
        }
    }
    if (r.config.level < 7 && m.name == "local") m.flags.set('q');
}

MailerSpec make_builtin(std::string_view name, std::string_view path, std::string_view flags,
                        std::vector<std::string> argv) {
    MailerSpec out;
    out.name = name;
    out.path = path;
    for (const char c : flags) out.flags.set(static_cast<unsigned char>(c));
    out.argv = std::move(argv);
    return out;
}

MailerSpec& place_for(Config& config, std::string_view name) {
    for (const auto& mailer : config.mailers) {
        if (iequals(mailer->name, name)) {
            const int number = mailer->number;
            *mailer = MailerSpec{};
            mailer->number = number;
            return *mailer;
        }
    }
    config.mailers.push_back(std::make_unique<MailerSpec>());
    config.mailers.back()->number = static_cast<int>(config.mailers.size()) - 1;
    return *config.mailers.back();
}

}  // namespace

std::string read_munched(std::string_view& rest, char delimiter) {
    std::string out;
    bool quoted = false;
    while (!rest.empty() && (quoted || rest.front() != delimiter)) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '\\' && !rest.empty()) {
            out += read_escape(rest);
        } else {
            out += c;
        }
    }
    if (!quoted) {
        std::size_t keep = out.size();
        while (keep > 0 && (out[keep - 1] == ' ' || out[keep - 1] == '\t')) --keep;
        out.resize(keep);
    }
    return out;
}

void add_builtin_mailers(Config& config) {
    const auto add = [&config](MailerSpec spec, int number) {
        spec.number = number;
        config.mailers.push_back(std::make_unique<MailerSpec>(std::move(spec)));
    };
    add(make_builtin("prog", "/bin/sh", "lsoDq9", {"sh", "-c", "$u"}), 0);
    MailerSpec file = make_builtin("*file*", "[FILE]", "lsDFMPEouq9", {"FILE", "$u"});
    read_types(file, "X-Unix/X-Unix/X-Unix");
    add(std::move(file), 1);
    add(make_builtin("*include*", "/dev/null", "su", {"INCLUDE", "$u"}), 2);
    config.error_mailer = std::make_unique<MailerSpec>();
    config.error_mailer->name = "error";
    config.error_mailer->number = -1;
    config.discard_mailer = std::make_unique<MailerSpec>();
    config.discard_mailer->name = "discard";
    config.discard_mailer->number = -1;
}

void read_mailer_line(Config& config, std::string_view text, Diagnostics& diagnostics) {
    const std::size_t end = text.find_first_of(", \t\n");
    const std::string name(text.substr(0, end));
    if (name.empty()) {
        diagnostics.error("name required for mailer");
        return;
    }
    std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
    MailerSpec fresh;
    fresh.name = name;
    Reading reading{config, fresh, diagnostics};
    for (;;) {
        const std::size_t begin = rest.find_first_not_of(", \t\n");
        if (begin == std::string_view::npos) break;
        rest.remove_prefix(begin);
        const char key = rest.front();
        // The first letter counts: "Path=" is "P=".
        std::size_t equals = 1;
        while (equals < rest.size() && rest[equals] != '=' && rest[equals] != ',') ++equals;
        if (equals >= rest.size() || rest[equals] != '=') {
            diagnostics.error(cat('M', name, ": `=' expected"));
            rest.remove_prefix(std::min(equals, rest.size()));
            continue;
        }
        rest = trim_left(rest.substr(equals + 1));
        if (key == 'A') {
            fresh.argv = read_words(rest);
            continue;
        }
        const std::string value = read_munched(rest, ',');
        if (!set_text_equate(reading, key, value) && !set_number_equate(reading, key, value)) {
            diagnostics.error(cat('M', name, ": unknown mailer equate ", key, '='));
            return;
        }
    }
    if (fresh.argv.empty()) {
        diagnostics.error(cat('M', name, ": A= argument required"));
        return;
    }
    if (fresh.path.empty()) {
        diagnostics.error(cat('M', name, ": P= argument required"));
        return;
    }
    check_arguments(reading);
    if (fresh.path == "[TCP]") return;
    finish(reading);
    MailerSpec& place = place_for(config, name);
    fresh.number = place.number;
    place = std::move(fresh);
}

namespace {

std::string visible_eol(std::string_view eol) {
    std::string out;
    for (const char c : eol) {
        switch (c) {
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace

std::string describe_mailer(const Config& config, const MailerSpec& m) {
    const RuleProgram& rules = config.rules();
    const auto pair = [&rules](int envelope, int header) {
        return cat(rules.display_name(std::max(envelope, 0)), '/',
                   rules.display_name(std::max(header, 0)));
    };
    const auto id = [](const std::optional<unsigned>& number) {
        return number ? std::to_string(*number) : std::string("-1");
    };
    std::string out = cat("mailer ", m.number, " (", m.name, "): P=", m.path,
                          " S=", pair(m.sender_envelope_rules, m.sender_header_rules),
                          " R=", pair(m.recipient_envelope_rules, m.recipient_header_rules),
                          " M=", m.max_size, " U=", id(m.uid), ':', id(m.gid), " F=");
    for (unsigned c = 0; c < m.flags.size(); ++c) {
        if (m.flags[c]) out += static_cast<char>(c);
    }
    append(out, " L=", m.line_limit, " E=", visible_eol(m.eol));
    if (!m.charset.empty()) append(out, " C=", m.charset);
    if (m.types_given) {
        append(out, " T=", m.mta_type, '/', m.address_type, '/', m.diagnostic_type);
    } else {
        out += " T=<undefined>/<undefined>/<undefined>";
    }
    append(out, " r=", m.max_recipients, " A=", join(m.argv, " "));
    return out;
}

}  // namespace sm
