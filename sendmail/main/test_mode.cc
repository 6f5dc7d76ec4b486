#include "sendmail/main/test_mode.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "libcf/address_parser.h"
#include "libcf/check_ruleset.h"
#include "libcf/class_table.h"
#include "libcf/expand_macros.h"
#include "libcf/file_safety.h"
#include "libcf/line_readers.h"
#include "libcf/map_table.h"
#include "libcf/rewrite_engine.h"
#include "libcf/rule_program.h"
#include "libcf/visible_text.h"
#include "libmail/date.h"
#include "libsm/clock.h"
#include "libsm/features.h"
#include "libsm/files.h"
#include "libsm/trace.h"

namespace sm {

namespace {

constexpr std::size_t kFlushAt = 60000;
constexpr std::size_t kMaxLine = 2047;  // longer lines are read in pieces, as of old

std::string visible(std::string_view text) {
    std::string out;
    append_visible(out, text);
    return out;
}

}  // namespace

AddressTest::AddressTest(Config& config, MacroScope& macros, std::string& output)
    : config_(config), macros_(macros), out_(output), rewriter_(config, macros) {
    rewriter_.set_show(true);
}

void AddressTest::line(std::string_view text) {
    append(out_, text, '\n');
}

bool AddressTest::command(std::string_view text) {
    text = trim_left(text);
    switch (text.empty() ? '#' : text.front()) {
        case '#':
            return true;
        case '?':
            help();
            return true;
        case '.':
            dot_command(text.substr(1));
            return true;
        case '=':
            equals_command(text.substr(1));
            return true;
        case '$':
            dollar_command(text.substr(1));
            return true;
        case '-':
            debug_command(text.substr(1));
            return true;
        case '/':
            return slash_command(text.substr(1));
        default:
            apply_rulesets(text);
            return true;
    }
}

void AddressTest::help() {
    const Result<std::string> file =
        read_checked(config_.options, FileKind::kHelp, config_.options.help_file);
    if (config_.options.help_file.empty() || !file.ok()) {
        line(cat("Sendmail ", version(), " -- HELP not implemented"));
        return;
    }
    bool found = false;
    for (const std::string_view row : split(*file, '\n')) {
        constexpr std::string_view kTopic = "-bt\t";
        if (row.substr(0, kTopic.size()) != kTopic) continue;
        line(expand_macros(row.substr(kTopic.size()), macros_));
        found = true;
    }
    if (!found) line("HELP topic \"-bt\" unknown");
}

void AddressTest::dot_command(std::string_view text) {
    const char kind = text.empty() ? '\0' : text.front();
    if (kind == '\0') {
        line("Usage: .[DC]macro value(s)");
        return;
    }
    if (text == "C") return;
    if (kind != 'D' && kind != 'C') {
        line(cat("Unknown \".\" command .", text));
        return;
    }
    std::vector<std::string> messages;
    read_test_line(config_, text, messages);
    for (const std::string& message : messages) line(message);
}

void AddressTest::equals_command(std::string_view text) {
    if (text.empty()) {
        line("Usage: =Sruleset or =M");
        return;
    }
    if (text.front() == 'M') {
        for (const auto& mailer : config_.mailers) line(describe_mailer(config_, *mailer));
        return;
    }
    if (text.front() != 'S') {
        line(cat("Unknown \"=\" command =", text));
        return;
    }
    Diagnostics diagnostics("");
    const int number = ruleset_number(config_, text.substr(1), false, diagnostics);
    for (const std::string& message : diagnostics.texts()) line(message);
    if (number < 0) {
        line(cat("Undefined ruleset ", text.substr(1)));
        return;
    }
    for (const Rule& rule : config_.rules().at(number).rules) {
        line(cat('R', visible_operators(show_lhs(rule, config_.classes())), " \t\t",
                 visible_operators(show_rhs(rule)), ' '));
    }
}

void AddressTest::dollar_command(std::string_view text) {
    if (!text.empty() && text.front() == '=') {
        std::string_view rest = text.substr(1);
        Diagnostics diagnostics("");
        const auto name = read_macro_name(rest, diagnostics);
        for (const std::string& message : diagnostics.texts()) line(message);
        const WordSet* set = name ? config_.classes().find(*name) : nullptr;
        if (set == nullptr) return;
        for (const std::string_view member : set->members()) line(member);
        return;
    }
    Diagnostics diagnostics("");
    // An operator of rules is shown as such.
    if (!text.empty() && std::string_view("&*+-~@:>[]()#|?.123456789").find(text.front()) !=
                             std::string_view::npos) {
        show_operator(text);
        return;
    }
    const auto name = read_macro_name(text, diagnostics);
    for (const std::string& message : diagnostics.texts()) line(message);
    if (!name) return;
    const std::string* value = macros_.find(*name);
    line(value != nullptr ? visible(*value) : "Undefined");
}

void AddressTest::show_operator(std::string_view text) {
    line(visible_operators(cat('$', text.front())));
}

void AddressTest::debug_command(std::string_view text) {
    if (text.empty()) {
        line("Usage: -d{debug arguments}");
        return;
    }
    if (text.front() != 'd') {
        line(cat("Unknown \"-\" command -", text));
        return;
    }
    const Status status = set_trace(text.substr(1));
    static_cast<void>(status);
}

bool AddressTest::slash_command(std::string_view text) {
    static constexpr std::array<SlashCommand, 6> kCommands = {{
        {"canon", &AddressTest::canon_command},
        {"map", &AddressTest::map_command},
        {"mx", &AddressTest::mx_command},
        {"parse", &AddressTest::parse_command},
        {"try", &AddressTest::try_command},
        {"tryflags", &AddressTest::tryflags_command},
    }};
    std::string_view rest = text;
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(name.size());
    if (name.empty()) {
        line("Usage: /[canon|map|mx|parse|try|tryflags]");
        return true;
    }
    if (iequals(name, "quit")) return false;
    for (const SlashCommand& row : kCommands) {
        if (!iequals(row.name, name)) continue;
        (this->*row.run)(trim_left(rest));
        return true;
    }
    line(cat("Unknown \"/\" command /", name));
    return true;
}

void AddressTest::map_command(std::string_view rest) {
    const std::string_view name = next_word(rest);
    if (!rest.empty()) rest.remove_prefix(1);  // further blanks belong to the key
    const std::string_view key = trim_right(rest);
    if (name.empty() || key.empty()) {
        line(name.empty() ? "Usage: /map mapname key" : "No key specified");
        return;
    }
    Map* map = config_.find_map(name);
    if (map == nullptr) {
        line(cat("Map named \"", name, "\" not found"));
        return;
    }
    config_.maps().use_macros(&macros_);
    const MapProbe probe = map->probe(key, {}, Deadline::in(std::chrono::seconds(60)));
    if (!probe.open) {
        line(cat("Map named \"", name, "\" not open"));
        return;
    }
    append(out_, "map_lookup: ", name, " (", key, ") ");
    if (probe.value) append(out_, "returns ", *probe.value);
    line(cat(probe.value ? " (" : "no match (", probe.status, ')'));
}

void AddressTest::mx_command(std::string_view rest) {
    const std::string_view host = next_word(rest);
    if (host.empty()) {
        line("Usage: /mx address");
        return;
    }
    const auto found =
        config_.maps().environment().mail_exchangers(host, Deadline::in(std::chrono::seconds(60)));
    const bool null_mx = found.ok() && found->absent_status == static_cast<int>(Exit::kUnavailable);
    if (null_mx) {
        line(cat("getmxrr(", host, ") returns null MX (See RFC7505)"));
        return;
    }
    const std::vector<std::string> hosts = found.ok() ? found->hosts : std::vector<std::string>();
    line(cat("getmxrr(", host, ") returns ", hosts.size(), " value(s):"));
    for (const std::string& one : hosts) line(cat('\t', one));
}

void AddressTest::canon_command(std::string_view rest) {
    const std::string_view host = next_word(rest);
    if (host.empty()) {
        line("Usage: /canon address");
        return;
    }
    const auto name =
        host.front() == '['
            ? Result<std::optional<std::string>>(std::optional<std::string>())
            : config_.maps().environment().canonify(host, Deadline::in(std::chrono::seconds(60)));
    const std::string shown =
        name.ok() && name.value().has_value() ? *name.value() : std::string(host);
    line(cat("getcanonname(", host, ") returns ", shown));
}

AddressRole AddressTest::role() const {
    if (header_) return sender_ ? AddressRole::kHeaderSender : AddressRole::kHeaderRecipient;
    return sender_ ? AddressRole::kEnvelopeSender : AddressRole::kEnvelopeRecipient;
}

std::string_view AddressTest::role_words() const {
    if (header_) return sender_ ? "header sender" : "header recipient";
    return sender_ ? "envelope sender" : "envelope recipient";
}

void AddressTest::parse_command(std::string_view rest) {
    if (rest.empty()) {
        line("Usage: /parse address");
        return;
    }
    line(
        cat("Cracked address = ", visible(crack_template(rest, config_.options.must_quote_chars))));
    line(cat("Parsing ", role_words(), " address"));
    const ParsedAddress parsed = parse_address(rewriter_, rest, role(), Deadline::never());
    if (parsed.unparsable) {
        line("Cannot parse");
        return;
    }
    const Target& target = parsed.target;
    if (role() == AddressRole::kEnvelopeRecipient && !target.user.empty() &&
        (parsed.ok() || parsed.status == Exit::kTempFail || !parsed.complaints.empty())) {
        const auto group = check_ruleset(rewriter_, "queuegroup", {target.user}, Deadline::never());
        static_cast<void>(group);
    }
    std::string text = cat("mailer ", target.mailer->is_error() ? "*error*" : target.mailer->name);
    if (!target.host.empty()) append(text, ", host ", target.host);
    append(text, ", user ", target.user);
    line(text);
}

void AddressTest::try_command(std::string_view rest) {
    const std::string_view name = next_word(rest);
    const std::string_view address = trim_left(rest);
    if (name.empty() || address.empty()) {
        line("Usage: /try mailer address");
        return;
    }
    const MailerSpec* mailer = config_.find_mailer(name);
    if (mailer == nullptr) {
        line(cat("Unknown mailer ", name));
        return;
    }
    line(cat("Trying ", role_words(), " address ", address, " for mailer ", name));
    const auto result =
        rewrite_for_mailer(rewriter_, address, role(), *mailer, {}, Deadline::never());
    const int code = result.ok() ? static_cast<int>(rewriter_.engine().status())
                                 : static_cast<int>(result.error().code);
    line(cat("Rcode = ", code, ", addr = ", result.ok() ? visible(*result) : "<NULL>"));
}

void AddressTest::tryflags_command(std::string_view rest) {
    if (rest.empty()) line("Usage: /tryflags [Hh|Ee][Ss|Rr]");
    for (const char c : rest) {
        switch (to_lower(c)) {
            case 'h':
                header_ = true;
                break;
            case 'e':
                header_ = false;
                break;
            case 's':
                sender_ = true;
                break;
            case 'r':
                sender_ = false;
                break;
            default:
                break;
        }
    }
}

void AddressTest::apply_rulesets(std::string_view text) {
    const std::size_t end = text.find_first_of(" \t");
    const std::string_view rulesets = text.substr(0, end);
    if (end == std::string_view::npos) {
        line("No address!");
        return;
    }
    std::string_view rest = trim_left(text.substr(end));
    const CharTable& table = config_.rules().table();
    const std::string fault = address_text_fault(rest);
    if (!fault.empty()) {
        line(fault);
        return;
    }
    if (rest.empty()) SM_TRACE(Trace::kPrescan, 1, "prescan: null leading token");
    while (!rest.empty()) {
        const Prescanned scanned = prescan(rest, table, ScanOptions{ScanMode::kTokens, ','});
        const std::string_view piece = rest.substr(0, scanned.report.consumed);
        for (const std::string& complaint : scanned.report.complaints) {
            line(cat(visible(rest), "... ", complaint));
        }
        if (scanned.tokens.empty()) SM_TRACE(Trace::kPrescan, 1, "prescan: null leading token");
        if (!scanned.tokens.empty()) apply_one(rulesets, piece, scanned.tokens);
        rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
    }
}

void AddressTest::apply_one(std::string_view rulesets, std::string_view text,
                            const TokenList& tokens) {
    static_cast<void>(text);
    TokenList work = tokens;
    while (!rulesets.empty()) {
        const std::string_view name = rulesets.substr(0, rulesets.find(','));
        Diagnostics diagnostics("");
        const int number = ruleset_number(config_, rulesets, false, diagnostics);
        for (const std::string& message : diagnostics.texts()) line(message);
        if (number < 0) {
            line(cat("Undefined ruleset ", rulesets));
            return;
        }
        const std::string_view shown = rulesets;  // with those that follow, as of old
        rulesets.remove_prefix(std::min(name.size() + 1, rulesets.size()));
        RewriteOutcome outcome = rewriter_.rewrite(std::move(work), number, Deadline::never());
        if (outcome.status != Exit::kOk) {
            line(cat("== Ruleset ", shown, " (", number, ") status ",
                     static_cast<int>(outcome.status)));
        }
        work = std::move(outcome.tokens);
    }
}

namespace {

// What a message would have set.
void set_test_macros(MacroScope& macros, char delivery_mode) {
    const passwd* user = ::getpwuid(::getuid());
    macros.set("_",
               cat(user != nullptr ? std::string_view(user->pw_name) : "nobody", "@localhost"));
    macros.set("b", rfc822_date(system_clock().now()));
    macros.set("deliveryMode", std::string(1, delivery_mode));
    std::array<double, 1> load{};
    if (::getloadavg(load.data(), 1) == 1) {
        macros.set("load_avg", std::to_string(static_cast<int>(load[0] + 0.5)));
    }
}

}  // namespace

Exit run_address_test(Config& config, MacroScope& macros, char delivery_mode) {
    set_test_macros(macros, delivery_mode);
    std::string output;
    set_trace_buffer(&output);
    AddressTest test(config, macros, output);
    const bool interactive = ::isatty(STDIN_FILENO) != 0;
    append(output, "ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)\n",
           "Enter <ruleset> <address>\n");
    const auto flush = [&output] {
        static_cast<void>(write_all(STDOUT_FILENO, output));
        output.clear();
    };
    std::string input;
    std::size_t used = 0;
    bool end = false;
    bool go_on = true;
    while (go_on) {
        output += "> ";
        std::size_t stop = input.find('\n', used);
        while (stop == std::string::npos && !end && input.size() - used < kMaxLine) {
            if (interactive) flush();
            input.erase(0, used);
            used = 0;
            const std::size_t before = input.size();
            input.resize(before + 65536);
            const ssize_t got = ::read(STDIN_FILENO, input.data() + before, 65536);
            input.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) end = true;
            stop = input.find('\n', before);
            if (output.size() > kFlushAt || (stop == std::string::npos && !end)) flush();
        }
        if (stop == std::string::npos && used >= input.size()) break;
        const std::size_t last = std::min({stop, input.size(), used + kMaxLine});
        const std::string_view text = std::string_view(input).substr(used, last - used);
        go_on = test.command(trim_right(text).empty() ? std::string_view() : text);
        used = last == stop ? last + 1 : last;
        if (output.size() > kFlushAt) flush();
    }
    flush();
    set_trace_buffer(nullptr);
    return Exit::kOk;
}

}  // namespace sm
