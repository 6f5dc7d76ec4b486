#include "libcf/option_reader.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <array>

#include "libcf/rule_program.h"
#include "libsm/parse_number.h"
#include "libsm/trace.h"

namespace sm {

namespace {

constexpr unsigned kSafe = 1;

// Everything that a setter may need.
struct Setting {
    Config& config;
    std::string_view name;  // as in the table
    std::string_view sub;   // "mail" of Timeout.mail
    std::string_view value;
    OptionSource source;
    Diagnostics& diagnostics;
    [[nodiscard]] Options& options() const { return config.options; }
};

using Setter = void (*)(const Setting&);

struct OptionRow {
    std::string_view name;
    char letter;
    unsigned flags;
    Setter set;
};

// First letter decides; no value means true.
bool read_bool(std::string_view text) {
    return text.empty() || text.front() == 't' || text.front() == 'T' || text.front() == 'y' ||
           text.front() == 'Y' || text.front() == '1';
}

char first_letter(std::string_view text) {
    return text.empty() ? '\0' : to_lower(text.front());
}

// The pieces between commas; commas inside double quotes belong to a piece, and quotes around all
// of it are taken off.
std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> out;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '"') quoted = !quoted;
        if (i < text.size() && (quoted || text[i] != ',')) continue;
        std::string_view piece = trim(text.substr(begin, i - begin));
        if (piece.size() > 1 && piece.front() == '"' && piece.find('"', 1) == piece.size() - 1) {
            piece = trim(piece.substr(1, piece.size() - 2));
        }
        if (!piece.empty()) out.emplace_back(piece);
        begin = i + 1;
    }
    return out;
}

void store_Bool(bool& member, const Setting& s) {
    member = read_bool(s.value);
}
void store_Int(std::int64_t& member, const Setting& s) {
    member = leading_int(s.value);
}
void store_Str(std::string& member, const Setting& s) {
    member = s.value;
}
void store_Words(std::vector<std::string>& member, const Setting& s) {
    for (std::string& word : list_of(s.value)) member.push_back(std::move(word));
}
void store_Sec(std::chrono::seconds& member, const Setting& s) {
    member = read_timespan(s.value, 's', s.diagnostics);
}
void store_Min(std::chrono::seconds& member, const Setting& s) {
    member = read_timespan(s.value, 'm', s.diagnostics);
}
void store_Hour(std::chrono::seconds& member, const Setting& s) {
    member = read_timespan(s.value, 'h', s.diagnostics);
}
void store_Octal(unsigned& member, const Setting& s) {
    unsigned value = 0;
    for (const char c : s.value) {
        if (c < '0' || c > '7') break;
        value = (value << 3U) | static_cast<unsigned>(c - '0');
    }
    member = value;
}

void set_blank_sub(const Setting& s) {
    s.options().blank_sub = s.value.empty() ? ' ' : s.value.front();
    s.config.rules().set_blank(s.options().blank_sub);
}

void set_operator_chars(const Setting& s) {
    s.options().operator_chars = s.value;
    s.config.rules().set_operators(s.value);
}

void set_delivery_mode(const Setting& s) {
    const char c = first_letter(s.value);
    if (c == '\0' || std::string_view("ibqd").find(c) == std::string_view::npos) {
        s.diagnostics.error(cat("Unknown delivery mode ", s.value.substr(0, 1)));
        return;
    }
    s.options().delivery_mode = static_cast<DeliveryMode>(c);
}

void set_eight_bit_mode(const Setting& s) {
    const char c = first_letter(s.value);
    if (c == '\0' || std::string_view("smp").find(c) == std::string_view::npos) {
        s.diagnostics.error(cat("Unknown 8-bit mode ", s.value.substr(0, 1)));
        return;
    }
    s.options().eight_bit_mode = static_cast<EightBitMode>(c);
}

void set_error_mode(const Setting& s) {
    const char c = first_letter(s.value);
    if (c != '\0' && std::string_view("pqmwe").find(c) != std::string_view::npos) {
        s.options().error_mode = static_cast<ErrorMode>(c);
    }
}

void set_super_safe(const Setting& s) {
    const char c = first_letter(s.value);
    if (c == 'i') {
        s.options().super_safe = SuperSafe::kInteractive;
    } else if (c == 'p') {
        s.options().super_safe = SuperSafe::kPostMilter;
    } else {
        s.options().super_safe = read_bool(s.value) ? SuperSafe::kYes : SuperSafe::kNo;
    }
}

void set_queue_sort_order(const Setting& s) {
    static constexpr std::string_view kLetters = "phftrmn";  // order of QueueSortOrder
    const std::size_t index = kLetters.find(first_letter(s.value));
    if (s.value.empty() || index == std::string_view::npos) {
        s.diagnostics.error(cat("Invalid queue sort order \"", s.value, "\""));
        return;
    }
    s.options().queue_sort_order = static_cast<QueueSortOrder>(index);
}

void set_no_recipient_action(const Setting& s) {
    static constexpr std::array<std::string_view, 5> kWords = {
        "none", "add-to", "add-apparently-to", "add-bcc", "add-to-undisclosed"};
    for (std::size_t i = 0; i < kWords.size(); ++i) {
        if (iequals(kWords[i], s.value)) {
            s.options().no_recipient_action = static_cast<NoRecipientAction>(i);
            return;
        }
    }
    s.diagnostics.error(cat("Invalid NoRecipientAction: ", s.value));
}

void set_dont_probe_interfaces(const Setting& s) {
    if (iequals(s.value, "loopback")) {
        s.options().dont_probe_interfaces = ProbeInterfaces::kNoLoopback;
    } else {
        s.options().dont_probe_interfaces =
            read_bool(s.value) ? ProbeInterfaces::kNone : ProbeInterfaces::kAll;
    }
}

void set_dont_blame_sendmail(const Setting& s) {
    std::string spaced(s.value);
    std::replace(spaced.begin(), spaced.end(), ',', ' ');
    for (const std::string_view word : split_words(spaced)) {
        if (!s.options().dont_blame_sendmail.add_word(word)) {
            s.diagnostics.error(cat("readcf: DontBlameSendmail option: ", word, " unrecognized"));
        }
    }
}

void set_privacy(const Setting& s) {
    std::string spaced(s.value);
    std::replace(spaced.begin(), spaced.end(), ',', ' ');
    for (const std::string_view word : split_words(spaced)) {
        if (!s.options().privacy.add_word(word)) {
            s.diagnostics.error(cat("readcf: Op line: ", word, " unrecognized"));
        }
    }
}

void set_resolver_options(const Setting& s) {
    static constexpr std::array<std::string_view, 13> kWords = {
        "debug",    "aaonly", "usevc",     "primary",   "igntc",      "recurse", "defnames",
        "stayopen", "dnsrch", "use_inet6", "use_edns0", "use_dnssec", "trustad"};
    for (std::string_view word : split_words(s.value)) {
        const std::string_view whole = word;
        if (iequals(word, "HasWildcardMX")) {
            s.options().has_wildcard_mx = true;
        } else if (iequals(word, "WorkAroundBrokenAAAA")) {
            s.options().work_around_broken_aaaa = true;
        } else {
            if (word.front() == '+' || word.front() == '-') word.remove_prefix(1);
            if (std::none_of(kWords.begin(), kWords.end(),
                             [word](std::string_view known) { return iequals(known, word); })) {
                s.diagnostics.error(cat("readcf: I option value ", word, " unrecognized"));
                continue;
            }
        }
        s.options().resolver_options.emplace_back(whole);
    }
}

void set_default_user(const Setting& s) {
    const auto ids = read_user(s.value);
    if (!ids) {
        s.diagnostics.error(
            cat("readcf: option u: unknown user ", s.value.substr(0, s.value.find_first_of(":."))));
        return;
    }
    s.options().default_user = s.value;
    const unsigned old_gid = s.options().default_user_ids.gid;
    s.options().default_user_ids = *ids;
    if (s.value.find_first_of(":.") == std::string_view::npos &&
        parse_unsigned(s.value).has_value()) {
        s.options().default_user_ids.gid = old_gid;
    }
}

void set_default_group(const Setting& s) {
    if (const auto number = parse_unsigned(s.value)) {
        s.options().default_user_ids.gid = static_cast<unsigned>(*number);
    } else if (const group* entry = ::getgrnam(std::string(s.value).c_str()); entry != nullptr) {
        s.options().default_user_ids.gid = entry->gr_gid;
    } else {
        s.diagnostics.error(cat("readcf: option g: unknown group ", s.value));
    }
}

void set_user_option(const Setting& s, std::string& text, std::optional<UserIds>& ids) {
    auto found = read_user(s.value);
    if (!found) {
        s.diagnostics.error(cat("readcf: option ", s.name, ": unknown user ",
                                s.value.substr(0, s.value.find_first_of(":."))));
        return;
    }
    text = s.value;
    ids = std::move(found);
}

void set_run_as_user(const Setting& s) {
    set_user_option(s, s.options().run_as_user, s.options().run_as_user_ids);
}

void set_trusted_user(const Setting& s) {
    set_user_option(s, s.options().trusted_user, s.options().trusted_user_ids);
}

void set_client_port_options(const Setting& s) {
    s.config.clients.push_back(
        read_daemon_line(s.value, s.config.clients.size(), true, s.diagnostics));
}

void set_daemon_port_options(const Setting& s) {
    s.config.daemons.push_back(
        read_daemon_line(s.value, s.config.daemons.size(), false, s.diagnostics));
}

void set_input_mail_filters(const Setting& s) {
    s.options().input_mail_filters.clear();
    std::string commas(s.value);
    std::replace(commas.begin(), commas.end(), ';', ',');
    s.options().input_mail_filters = list_of(commas);
}

void set_macro(const Setting& s) {
    if (!s.value.empty()) s.config.macros.define(s.value.substr(0, 1), s.value.substr(1));
}

void set_max_mime_header_length(const Setting& s) {
    s.options().max_mime_header_length = leading_int(s.value);
    const std::size_t slash = s.value.find('/');
    s.options().max_mime_header_field_length = slash == std::string_view::npos
                                                   ? s.options().max_mime_header_length / 2
                                                   : leading_int(s.value.substr(slash + 1));
}

// Macro names of Milter.macros.*: "j, {if_addr}" -> "j" "if_addr".
std::vector<std::string> macro_names(std::string_view text) {
    std::vector<std::string> out;
    for (std::string& word : list_of(text)) {
        if (word.front() == '$') word.erase(0, 1);
        if (word.size() > 1 && word.front() == '{' && word.back() == '}') {
            word = word.substr(1, word.size() - 2);
        }
        if (!word.empty()) out.push_back(std::move(word));
    }
    return out;
}

void set_milter(const Setting& s) {
    struct Stage {
        std::string_view name;
        std::vector<std::string> MilterMacros::*list;
    };
    static constexpr std::array kStages = {
        Stage{"macros.connect", &MilterMacros::connect},
        Stage{"macros.helo", &MilterMacros::helo},
        Stage{"macros.envfrom", &MilterMacros::envfrom},
        Stage{"macros.envrcpt", &MilterMacros::envrcpt},
        Stage{"macros.data", &MilterMacros::data},
        Stage{"macros.eoh", &MilterMacros::eoh},
        Stage{"macros.eom", &MilterMacros::eom},
    };
    if (iequals(s.sub, "LogLevel")) {
        s.options().milter_log_level = leading_int(s.value);
        return;
    }
    for (const Stage& stage : kStages) {
        if (!iequals(stage.name, s.sub)) continue;
        s.options().milter_macros.*stage.list = macro_names(s.value);
        return;
    }
    s.diagnostics.error(cat("milter_set_option: invalid Milter option ", s.sub));
}

void set_status_file(const Setting& s) {
    s.options().status_file = s.value.empty() ? "statistics" : std::string(s.value);
}

void set_time_zone_spec(const Setting& s) {
    s.options().time_zone_spec = std::string(s.value);
}

void set_unsafe_group_writes(const Setting& s) {
    if (read_bool(s.value)) return;
    for (const std::string_view word :
         {"GroupWritableForwardFileSafe", "GroupWritableIncludeFileSafe"}) {
        static_cast<void>(s.options().dont_blame_sendmail.add_word(word));
    }
}

void set_smtp_utf8(const Setting& s) {
    if (read_bool(s.value)) {
        s.diagnostics.error("readcf: option: SmtpUTF8 set but no USE_EAI support");
    }
}

struct TimeoutRow {
    std::string_view name;
    std::chrono::seconds Timeouts::*member;
    char unit;
    bool bare;  // set by an option without a suboption
};

constexpr std::array kTimeouts = {
    TimeoutRow{"initial", &Timeouts::initial, 'm', false},
    TimeoutRow{"connect", &Timeouts::connect, 'm', false},
    TimeoutRow{"iconnect", &Timeouts::iconnect, 'm', false},
    TimeoutRow{"aconnect", &Timeouts::aconnect, 'm', false},
    TimeoutRow{"helo", &Timeouts::helo, 'm', false},
    TimeoutRow{"mail", &Timeouts::mail, 'm', true},
    TimeoutRow{"rcpt", &Timeouts::rcpt, 'm', true},
    TimeoutRow{"datainit", &Timeouts::datainit, 'm', true},
    TimeoutRow{"datablock", &Timeouts::datablock, 'm', true},
    TimeoutRow{"datafinal", &Timeouts::datafinal, 'm', true},
    TimeoutRow{"rset", &Timeouts::rset, 'm', false},
    TimeoutRow{"quit", &Timeouts::quit, 'm', false},
    TimeoutRow{"misc", &Timeouts::misc, 'm', false},
    TimeoutRow{"command", &Timeouts::command, 'm', true},
    TimeoutRow{"ident", &Timeouts::ident, 's', false},
    TimeoutRow{"lhlo", &Timeouts::lhlo, 'm', false},
    TimeoutRow{"auth", &Timeouts::auth, 'm', false},
    TimeoutRow{"starttls", &Timeouts::starttls, 'm', false},
    TimeoutRow{"fileopen", &Timeouts::fileopen, 's', false},
    TimeoutRow{"control", &Timeouts::control, 'm', false},
    TimeoutRow{"hoststatus", &Timeouts::hoststatus, 'm', false},
};

// queuereturn and queuewarn with their priorities. False: not one of these.
bool set_queue_timeout_member(const Setting& s, std::string_view sub, std::string_view value) {
    const bool give_up = istarts_with(sub, "queuereturn");
    if (!give_up && !istarts_with(sub, "queuewarn")) return false;
    Timeouts& timeouts = s.options().timeouts;
    Timeouts::PerPriority& all = give_up ? timeouts.queuereturn : timeouts.queuewarn;
    const std::string_view rest = sub.substr(give_up ? 11 : 9);
    std::chrono::seconds span{0};
    if (give_up && iequals(value, "now")) {
        timeouts.queuereturn_now = true;
    } else {
        if (give_up) timeouts.queuereturn_now = false;
        if (rest.empty() || rest.front() == '.') {
            span = read_timespan(value, give_up ? 'd' : 'h', s.diagnostics);
        }
    }
    if (rest.empty()) {
        all = {span, span, span, span};
    } else if (iequals(rest, ".normal")) {
        all.normal = span;
    } else if (iequals(rest, ".urgent")) {
        all.urgent = span;
    } else if (iequals(rest, ".non-urgent")) {
        all.non_urgent = span;
    } else if (iequals(rest, ".dsn")) {
        all.dsn = span;
    } else {
        return false;
    }
    return true;
}

bool set_resolver_timeout(const Setting& s) {
    if (!istarts_with(s.sub, "resolver.")) return false;
    std::string_view rest = s.sub.substr(9);
    const bool retrans = istarts_with(rest, "retrans");
    if (!retrans && !istarts_with(rest, "retry")) return false;
    Timeouts& timeouts = s.options().timeouts;
    Timeouts::FirstNormal& pair = retrans ? timeouts.resolver_retrans : timeouts.resolver_retry;
    rest.remove_prefix(retrans ? 7 : 5);
    const bool first = rest.empty() || iequals(rest, ".first");
    const bool normal = rest.empty() || iequals(rest, ".normal");
    if (!first && !normal) return false;
    const std::int64_t number =
        retrans ? read_timespan(s.value, 's', s.diagnostics).count() : leading_int(s.value);
    if (first) pair.first = number;
    if (normal) pair.normal = number;
    return true;
}

void set_timeout(const Setting& s) {
    const bool bare = s.sub.data() == nullptr;  // "Timeout=", not "Timeout.="
    bool known = false;
    for (const TimeoutRow& row : kTimeouts) {
        if (bare ? !row.bare : !iequals(row.name, s.sub)) continue;
        known = true;
        s.options().timeouts.*row.member = read_timespan(s.value, row.unit, s.diagnostics);
    }
    if (known || bare || set_queue_timeout_member(s, s.sub, s.value) || set_resolver_timeout(s)) {
        return;
    }
    s.diagnostics.error(cat("settimeout: invalid timeout ", s.sub));
}

// Old form: return[/warn].
void set_queue_timeout(const Setting& s) {
    const std::size_t slash = s.value.find('/');
    static_cast<void>(set_queue_timeout_member(s, "queuereturn", s.value.substr(0, slash)));
    if (slash != std::string_view::npos) {
        static_cast<void>(set_queue_timeout_member(s, "queuewarn", s.value.substr(slash + 1)));
    }
}

constexpr std::array kRows = {
#define SM_OPTION(kind, member, name, letter, value, flags) \
    OptionRow{name, letter, flags, [](const Setting& s) { store_##kind(s.options().member, s); }},
#define SM_OPTION_SPECIAL(form, name, letter, flags) OptionRow{name, letter, flags, set_##form},
#include "libcf/options.def"
#undef SM_OPTION
#undef SM_OPTION_SPECIAL
};

// Which of two names an option of one letter "M" and "g" has is never asked for in long form.
const OptionRow* find_long(std::string_view name) {
    for (const OptionRow& row : kRows) {
        if (row.name.size() > 1 && iequals(row.name, name)) return &row;
    }
    return nullptr;
}

// The options whose names begin with `name`, which is not the whole name of one.
std::vector<const OptionRow*> find_abbreviated(std::string_view name) {
    std::vector<const OptionRow*> out;
    for (const OptionRow& row : kRows) {
        if (row.name.size() > 1 && istarts_with(row.name, name)) out.push_back(&row);
    }
    return out;
}

std::string traced_name(const OptionRow& row) {
    std::string out = cat("setoption ", row.name);
    if (row.letter > ' ') append(out, " (", row.letter, ')');
    return out;
}

// By its name or the beginning of one; nullptr: complained about.
const OptionRow* find_named(std::string_view name, Diagnostics& diagnostics) {
    if (const OptionRow* row = find_long(name)) return row;
    const auto rows = find_abbreviated(name);
    if (rows.empty()) {
        diagnostics.error(cat("readcf: unknown option name ", name));
        return nullptr;
    }
    if (rows.size() > 1) {
        diagnostics.error(cat("readcf: ambiguous option name ", name, " (matches ", rows[0]->name,
                              " and ", rows[1]->name, ")"));
        return nullptr;
    }
    diagnostics.warning(cat("Option ", name, " used as abbreviation for ", rows[0]->name));
    return rows[0];
}

const OptionRow* find_short(char letter) {
    for (const OptionRow& row : kRows) {
        if (row.letter == letter) return &row;
    }
    return nullptr;
}

struct LongOption {
    std::string_view name;
    std::string_view sub;
    std::string_view value;
};

LongOption split_long(std::string_view text) {
    LongOption out;
    const std::size_t equals = text.find('=');
    out.name = trim(text.substr(0, equals));
    if (equals != std::string_view::npos) out.value = trim_left(text.substr(equals + 1));
    const std::size_t dot = out.name.find('.');
    if (dot != std::string_view::npos) {
        out.sub = out.name.substr(dot + 1);
        out.name = out.name.substr(0, dot);
    }
    return out;
}

}  // namespace

std::chrono::seconds read_timespan(std::string_view text, char unit, Diagnostics& diagnostics) {
    if (iequals(text, "now")) return std::chrono::seconds(0);
    std::int64_t total = 0;
    std::int64_t number = 0;
    bool digits = false;
    constexpr std::int64_t kMost = 1'000'000'000;
    for (const char c : text) {
        if (is_digit(c)) {
            number = std::min(number * 10 + (c - '0'), kMost);
            digits = true;
            continue;
        }
        if (is_space(c) || c == '-') continue;
        std::int64_t factor = unit_seconds(to_lower(c));
        if (factor == 0) {
            diagnostics.error(cat("Invalid time unit `", c, '\''));
            factor = 60;
        }
        total += number * factor;
        number = 0;
        digits = false;
    }
    if (digits) total += number * unit_seconds(unit);
    const bool negative = !text.empty() && text.front() == '-';
    return std::chrono::seconds(negative ? -total : total);
}

std::optional<UserIds> read_user(std::string_view text) {
    const std::size_t cut = text.find_first_of(":./,");
    const std::string user(trim(text.substr(0, cut)));
    const std::string_view group_text =
        cut == std::string_view::npos ? std::string_view() : trim(text.substr(cut + 1));
    UserIds ids;
    ids.name = user;
    if (const auto number = parse_unsigned(user)) {
        ids.uid = static_cast<unsigned>(*number);
        const passwd* entry = ::getpwuid(ids.uid);
        if (entry != nullptr) ids.name = entry->pw_name;
        if (entry != nullptr) ids.gid = entry->pw_gid;
    } else {
        const passwd* entry = user.empty() ? nullptr : ::getpwnam(user.c_str());
        if (entry == nullptr) return std::nullopt;
        ids.uid = entry->pw_uid;
        ids.gid = entry->pw_gid;
    }
    if (const auto number = parse_unsigned(group_text)) {
        ids.gid = static_cast<unsigned>(*number);
    } else if (!group_text.empty()) {
        const group* entry = ::getgrnam(std::string(group_text).c_str());
        if (entry != nullptr) ids.gid = entry->gr_gid;
    }
    return ids;
}

bool option_is_safe(std::string_view text, bool long_form) {
    const OptionRow* row = nullptr;
    if (long_form) {
        row = find_long(split_long(text).name);
    } else if (!text.empty()) {
        row = find_short(text.front());
        if (text.front() == 'M') return text.size() > 1 && (text[1] == 'r' || text[1] == 's');
    }
    return row != nullptr && (row->flags & kSafe) != 0;
}

void set_long_option(Config& config, std::string_view text, OptionSource source,
                     Diagnostics& diagnostics) {
    const LongOption parts = split_long(text);
    if (parts.name.empty()) {
        diagnostics.error("readcf: null option name");
        return;
    }
    const OptionRow* row = find_named(parts.name, diagnostics);
    if (row == nullptr) return;
    SM_TRACE(Trace::kOptions, 1,
             cat(traced_name(*row), parts.sub.empty() ? "" : ".", parts.sub, "=", parts.value));
    row->set(Setting{config, row->name, parts.sub, parts.value, source, diagnostics});
}

void set_short_option(Config& config, std::string_view text, OptionSource source,
                      Diagnostics& diagnostics) {
    if (text.empty()) {
        diagnostics.error("readcf: null option name");
        return;
    }
    // An unknown letter is passed over, as of old.
    const OptionRow* row = find_short(text.front());
    if (row == nullptr) return;
    SM_TRACE(Trace::kOptions, 1, cat(traced_name(*row), "=", text.substr(1)));
    row->set(Setting{config, row->name, {}, text.substr(1), source, diagnostics});
}

}  // namespace sm
