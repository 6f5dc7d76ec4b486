#include "sendmail/main/command_line.h"

#include <array>

#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// How a flag takes its argument.
enum class Takes { kNothing, kArgument, kAttachedOnly, kOptional };

struct FlagSpec;

class Parser {
  public:
    explicit Parser(const std::vector<std::string>& argv) : argv_(argv) {
        CommandLine& command = result_.command;
        command.saved_argv = argv;
        command.program = argv.empty() ? "sendmail" : argv[0];
        command.mode = mode_of_name(base_name(command.program));
    }

    CommandLineResult run();

    void mode(const std::string& value);
    void cf_choice(const std::string& value);
    void body_type(const std::string& value);
    void hop_count(const std::string& value);
    void macro(const std::string& value);
    void notify(const std::string& value);
    void queue_run(const std::string& value);
    void dsn_return(const std::string& value);
    void timeout(const std::string& value);
    void old_option(char letter, const std::string& value) {
        result_.command.options.push_back({false, cat(letter, value)});
    }

    CommandLine& command() { return result_.command; }
    void fail(std::string message, bool fatal = true) {
        result_.messages.push_back(std::move(message));
        result_.status = Exit::kUsage;
        result_.fatal |= fatal;
    }
    void fail_silently() {
        result_.status = Exit::kUsage;
        result_.fatal = true;
    }

  private:
    static char mode_of_name(std::string_view name);
    void flags(const std::string& cluster);
    void finish();

    const std::vector<std::string>& argv_;
    std::size_t next_ = 1;
    CommandLineResult result_;
};

struct FlagSpec {
    char letter;
    Takes takes;
    void (*apply)(Parser&, const std::string& value);
};

constexpr std::array kFlags = {
    FlagSpec{'A', Takes::kArgument, [](Parser& p, const std::string& v) { p.cf_choice(v); }},
    FlagSpec{'B', Takes::kArgument, [](Parser& p, const std::string& v) { p.body_type(v); }},
    FlagSpec{'b', Takes::kArgument, [](Parser& p, const std::string& v) { p.mode(v); }},
    FlagSpec{'C', Takes::kOptional,
             [](Parser& p, const std::string& v) {
                 p.command().cf_file = v.empty() ? "sendmail.cf" : v;
             }},
    FlagSpec{'c', Takes::kNothing,
             [](Parser& p, const std::string&) { p.old_option('c', "True"); }},
    FlagSpec{'D', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().debug_file = v; }},
    FlagSpec{'d', Takes::kAttachedOnly,
             [](Parser& p, const std::string& v) { p.command().debug.push_back(v); }},
    FlagSpec{'e', Takes::kArgument, [](Parser& p, const std::string& v) { p.old_option('e', v); }},
    FlagSpec{'F', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().full_name = v; }},
    FlagSpec{'f', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().sender = v; }},
    FlagSpec{'G', Takes::kNothing,
             [](Parser& p, const std::string&) { p.command().gateway = true; }},
    FlagSpec{'h', Takes::kArgument, [](Parser& p, const std::string& v) { p.hop_count(v); }},
    FlagSpec{'I', Takes::kNothing, [](Parser& p, const std::string&) { p.fail_silently(); }},
    FlagSpec{'i', Takes::kNothing,
             [](Parser& p, const std::string&) { p.old_option('i', "True"); }},
    FlagSpec{'L', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().syslog_tag = v; }},
    FlagSpec{'M', Takes::kArgument, [](Parser& p, const std::string& v) { p.macro(v); }},
    FlagSpec{'m', Takes::kNothing,
             [](Parser& p, const std::string&) { p.old_option('m', "True"); }},
    FlagSpec{'N', Takes::kArgument, [](Parser& p, const std::string& v) { p.notify(v); }},
    FlagSpec{'n', Takes::kNothing,
             [](Parser& p, const std::string&) { p.command().no_alias = true; }},
    FlagSpec{'O', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().options.push_back({true, v}); }},
    FlagSpec{'o', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().options.push_back({false, v}); }},
    FlagSpec{'p', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().protocol = v; }},
    FlagSpec{'Q', Takes::kAttachedOnly,
             [](Parser& p, const std::string& v) { p.command().quarantine = v; }},
    FlagSpec{'q', Takes::kAttachedOnly, [](Parser& p, const std::string& v) { p.queue_run(v); }},
    FlagSpec{'R', Takes::kArgument, [](Parser& p, const std::string& v) { p.dsn_return(v); }},
    FlagSpec{'r', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().sender = v; }},
    FlagSpec{'s', Takes::kNothing,
             [](Parser& p, const std::string&) { p.old_option('f', "True"); }},
    FlagSpec{'T', Takes::kArgument, [](Parser& p, const std::string& v) { p.timeout(v); }},
    FlagSpec{'t', Takes::kNothing,
             [](Parser& p, const std::string&) { p.command().recipients_from_headers = true; }},
    FlagSpec{'U', Takes::kNothing,
             [](Parser& p,
                const std::string&) { p.fail("-U: SMTPUTF8 submission is not compiled in"); }},
    FlagSpec{'V', Takes::kArgument, [](Parser& p, const std::string& v) { p.command().envid = v; }},
    FlagSpec{'v', Takes::kNothing,
             [](Parser& p, const std::string&) { p.command().verbose = true; }},
    FlagSpec{'X', Takes::kArgument,
             [](Parser& p, const std::string& v) { p.command().traffic_log = v; }},
};

const FlagSpec* find_flag(char letter) {
    for (const FlagSpec& spec : kFlags) {
        if (spec.letter == letter) return &spec;
    }
    return nullptr;
}

char Parser::mode_of_name(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, char>, 5> kNames = {
        {{"newaliases", 'i'},
         {"mailq", 'p'},
         {"smtpd", 'd'},
         {"hoststat", 'h'},
         {"purgestat", 'H'}}};
    for (const auto& [known, mode] : kNames) {
        if (name == known) return mode;
    }
    return 'm';
}

void Parser::mode(const std::string& value) {
    static constexpr std::string_view kModes = "aCdDhHimpPstv";
    const char letter = value.empty() ? ' ' : value.front();
    if (letter == 'z') {
        fail("Frozen configurations unsupported");
    } else if (kModes.find(letter) == std::string_view::npos) {
        fail(cat("Invalid operation mode ", letter));
    } else {
        command().mode = letter;
    }
}

void Parser::cf_choice(const std::string& value) {
    if (value.starts_with('m')) command().cf_choice = CfChoice::kMta;
    if (value.starts_with('c')) command().cf_choice = CfChoice::kSubmission;
}

void Parser::body_type(const std::string& value) {
    if (iequals(value, "7bit") || iequals(value, "8bitmime")) {
        command().body_type = upper(value);
    } else {
        fail(cat("Illegal body type ", value), false);
    }
}

void Parser::hop_count(const std::string& value) {
    const auto number = parse_unsigned(value);
    if (!number || *number > 100000) {
        fail(cat("Bad hop count (", value, ")"));
    } else {
        command().hop_count = static_cast<int>(*number);
    }
}

void Parser::macro(const std::string& value) {
    if (value.starts_with('{')) {
        const std::size_t close = value.find('}');
        if (close == std::string::npos) {
            fail(cat("-M", value, ": missing }"));
            return;
        }
        command().macros.emplace_back(value.substr(1, close - 1), value.substr(close + 1));
    } else if (!value.empty()) {
        command().macros.emplace_back(value.substr(0, 1), value.substr(1));
    }
}

void Parser::notify(const std::string& value) {
    if (!iequals(value, "never")) {
        for (const std::string_view word : split(value, ',')) {
            if (!iequals(word, "success") && !iequals(word, "failure") && !iequals(word, "delay")) {
                fail("Invalid -N argument");
                return;
            }
        }
    }
    command().notify = lower(value);
}

void Parser::dsn_return(const std::string& value) {
    if (iequals(value, "hdrs") || iequals(value, "full")) {
        command().dsn_return = lower(value);
    } else {
        fail("Invalid -R value");
    }
}

void Parser::timeout(const std::string& value) {
    if (parse_timespan(value, 'd')) {
        command().options.push_back({true, cat("Timeout.queuereturn=", value)});
    } else {
        fail("Invalid time unit `T'");
    }
}

void Parser::queue_run(const std::string& value) {
    if (!command().queue_run) command().queue_run.emplace();
    QueueRunRequest& run = *command().queue_run;
    std::string_view text = value;
    const bool negated = text.starts_with('!');
    if (negated) text.remove_prefix(1);
    const char kind = text.empty() ? '\0' : text.front();
    const std::string rest(text.empty() ? text : text.substr(1));
    switch (kind) {
        case 'I':
        case 'R':
        case 'S':
            run.selectors.push_back({kind, negated, rest});
            return;
        case 'Q':
            run.quarantined = true;
            if (!rest.empty() || negated) run.selectors.push_back({kind, negated, rest});
            return;
        case 'G':
            run.group = rest;
            return;
        case 'L':
            run.lost = true;
            return;
        case 'f':
            run.foreground = true;
            return;
        case 'p':
            run.persistent = true;
            text.remove_prefix(1);
            break;
        default:
            break;
    }
    if (text.empty()) return;
    char bad_unit = '?';
    run.interval = parse_timespan(text, 'm', &bad_unit);
    if (!run.interval) fail(cat("Invalid time unit `", bad_unit, "'"));
}

// One word of flags: "-tiv", "-fuser", "-f" "user".
void Parser::flags(const std::string& cluster) {
    for (std::size_t at = 1; at < cluster.size(); ++at) {
        const FlagSpec* spec = find_flag(cluster[at]);
        if (spec == nullptr) {
            fail(cat(command().program, ": illegal option -- ", cluster[at]));
            return;
        }
        if (spec->takes == Takes::kNothing) {
            spec->apply(*this, "");
            continue;
        }
        std::string value = cluster.substr(at + 1);
        if (value.empty() && spec->takes != Takes::kAttachedOnly) {
            if (next_ < argv_.size()) {
                value = argv_[next_++];
            } else if (spec->takes == Takes::kArgument) {
                fail(cat(command().program, ": option requires an argument -- ", cluster[at]));
                return;
            }
        }
        spec->apply(*this, value);
        return;
    }
}

void Parser::finish() {
    const CommandLine& command_line = command();
    const auto exclude = [this](std::string_view flag, char mode) {
        fail(cat("Can not use ", flag, " with -b", mode), false);
    };
    if (command_line.queue_run && command_line.mode == 't') exclude("-q", 't');
    if (command_line.quarantine && command_line.mode != 'm') exclude("-Q", command_line.mode);
}

CommandLineResult Parser::run() {
    while (next_ < argv_.size() && !result_.fatal) {
        const std::string word = argv_[next_];
        if (word.size() < 2 || word.front() != '-') break;
        ++next_;
        if (word == "--") break;
        flags(word);
    }
    for (; next_ < argv_.size(); ++next_) command().recipients.push_back(argv_[next_]);
    if (!result_.fatal) finish();
    return std::move(result_);
}

}  // namespace

CommandLineResult parse_command_line(const std::vector<std::string>& argv) {
    return Parser(argv).run();
}

}  // namespace sm
