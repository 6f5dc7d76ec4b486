#include "libcf/cf_reader.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "libcf/alias_names.h"
#include "libcf/cf_lexer.h"
#include "libcf/class_table.h"
#include "libcf/diagnostics.h"
#include "libcf/dns_sources.h"
#include "libcf/expand_macros.h"
#include "libcf/file_safety.h"
#include "libcf/host_canon.h"
#include "libcf/line_readers.h"
#include "libcf/map_declarations.h"
#include "libcf/map_programs.h"
#include "libcf/map_sockets.h"
#include "libcf/map_table.h"
#include "libcf/option_reader.h"
#include "libcf/rule_compiler.h"
#include "libcf/rule_program.h"
#include "libmap/cf_values.h"
#include "libsm/features.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/trace.h"

namespace sm {

namespace {

constexpr int kCurrentLevel = 10;

// Classes with a meaning for the program and their first members.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kStartClasses = {{
    {"e", "7bit 8bit binary"},
    {"n", "multipart/signed"},
    {"s", "rfc822"},
    {"persistentMacros", "_ r s {daemon_flags} {if_addr}"},
    {"checkMIMEHeaders",
     "content-disposition content-id content-transfer-encoding content-type "
     "mime-version"},
    {"checkMIMETextHeaders", "content-description"},
    {"checkMIMEFieldHeaders", "content-disposition content-type"},
}};

class Reader {
  public:
    Reader(const std::string& name, const ReadSetup& setup) : setup_(setup), diagnostics_(name) {
        out_.config = std::make_unique<Config>();
        out_.config->path = name;
        config_path_ = name;
        out_.identity = setup.identity ? *setup.identity : find_host_identity();
    }

    ReadOutcome run(std::string_view text) {
        start_values();
        const std::vector<CfLine> lines = split_cf_lines(text);
        read_type_aliases(lines);
        for (const CfLine& line : lines) {
            diagnostics_.set_line(line.number);
            read_line(line.text);
        }
        diagnostics_.set_line(0);
        const int before = diagnostics_.errors();
        for (const OptionSetting& option : setup_.options) {
            if (option.long_form) {
                set_long_option(config(), option.text, OptionSource::kCommandLine, diagnostics_);
            } else {
                set_short_option(config(), option.text, OptionSource::kCommandLine, diagnostics_);
            }
        }
        out_.bad_option = diagnostics_.errors() > before;
        for (const auto& [macro, value] : setup_.macros) config().macros.set(macro, value);
        finish();
        return take();
    }

    ReadOutcome unreadable(const Error& error) {
        out_.readable = false;
        diagnostics_.error({});
        ReadOutcome out = take();
        out.messages = {
            cat(config_path_, ": line 0: cannot open", os_error("", error.sys_errno).text)};
        return out;
    }

    void read_line(std::string_view line) {
        const char command = line.front();
        const std::string_view rest = line.substr(1);
        for (const Command& row : commands()) {
            if (row.letter != command) continue;
            (this->*row.read)(rest);
            return;
        }
        unknown_line(line);
    }

    ReadOutcome take() {
        config().maps().environment().warn = nullptr;  // this reader goes away
        out_.messages = diagnostics_.texts();
        out_.usable = diagnostics_.errors() == 0;
        return std::move(out_);
    }

    // For lines of test mode: works on a Config that exists already.
    explicit Reader(Config& config) : setup_(no_setup()), diagnostics_(""), borrowed_(&config) {}
    [[nodiscard]] const std::vector<std::string>& messages() const { return diagnostics_.texts(); }

  private:
    struct Command {
        char letter;
        void (Reader::*read)(std::string_view rest);
    };
    static const std::array<Command, 14>& commands() {
        static constexpr std::array<Command, 14> kCommands = {{
            {'V', &Reader::read_version},
            {'D', &Reader::read_macro},
            {'C', &Reader::read_class},
            {'F', &Reader::read_class_file},
            {'S', &Reader::read_ruleset},
            {'R', &Reader::read_rule},
            {'M', &Reader::read_mailer},
            {'H', &Reader::read_header},
            {'O', &Reader::read_option},
            {'P', &Reader::read_precedence},
            {'T', &Reader::read_trusted},
            {'K', &Reader::read_map},
            {'Q', &Reader::read_queue_group},
            {'X', &Reader::read_filter},
        }};
        return kCommands;
    }
    static const ReadSetup& no_setup() {
        static const ReadSetup kNone;
        return kNone;
    }

    [[nodiscard]] Config& config() { return borrowed_ != nullptr ? *borrowed_ : *out_.config; }
    [[nodiscard]] std::string expanded(std::string_view text) {
        return expand_while_reading(text, config().macros);
    }

    void unknown_line(std::string_view line) {
        if (line.front() == 'E') {
            read_environment(line.substr(1));
            return;
        }
        diagnostics_.error(cat("unknown configuration line \"", line, '"'));
    }

    // What is known before the first line.
    void start_values() {
        Config& c = config();
        const HostIdentity& host = out_.identity;
        c.macros.set("w", host.short_name());
        c.macros.set("j", host.canonical);
        if (host.qualified()) c.macros.set("m", host.domain());
        c.macros.set("k", host.node);
        c.macros.set("v", version());
        c.macros.set("addr_type", "e r");
        for (const auto& [macro, value] : setup_.preset) c.macros.set(macro, value);
        c.classes().add("w", host.canonical);
        c.classes().add("k", host.node);
        for (const std::string& alias : host.aliases) c.classes().add("w", alias);
        if (host.qualified()) c.classes().add("m", host.domain());
        for (const auto& [name, words] : kStartClasses) {
            for (const std::string_view word : split_words(words)) c.classes().add(name, word);
        }
        fill_environment();
        add_builtin_mailers(c);
        declare_map(c, diagnostics_, "host", "host", "-a.");
    }

    void fill_environment() {
        Config* c = &config();
        MapTable* maps = &c->maps();
        MapEnvironment& environment = maps->environment();
        environment.find_map = [maps](std::string_view name) { return maps->find(name); };
        environment.set_macro = [maps, c](std::string_view name, const std::string* value) {
            MacroScope* scope = maps->macros_in_use();
            if (scope == nullptr) scope = &c->macros;
            if (value != nullptr) {
                scope->set(name, *value);
            } else {
                scope->hide(name);
            }
        };
        environment.get_macro = [maps, c](std::string_view name) {
            const MacroScope* scope = maps->macros_in_use();
            return scope != nullptr ? scope->find(name) : c->macros.find(name);
        };
        environment.canonify = setup_.canonify;
        if (!environment.canonify) {
            environment.canonify = make_canonifier(c->options, [c] {
                const std::string* domain = c->macros.find("m");
                return domain != nullptr ? *domain : std::string();
            });
        }
        add_dns_sources(environment, c->options);
        add_map_sockets(environment, c->options);
        add_map_programs(environment, *c);
        environment.alias_key = [maps, c](std::string_view name, Deadline deadline) {
            MacroScope scope(maps->macros_in_use() != nullptr ? maps->macros_in_use() : &c->macros);
            Rewriter rewriter(*c, scope);
            return alias_key(rewriter, name, deadline);
        };
        environment.option = [c](std::string_view name) { return option_text(c->options, name); };
        environment.open_checked = [c, &environment](const std::string& path) {
            return open_map_file(c->options, environment, path);
        };
        environment.dont_blame = [c](std::string_view word) {
            return c->options.dont_blame_sendmail.has(word);
        };
        environment.deferred = [&environment] {
            const std::string* mode = environment.get_macro("deliveryMode");
            return mode != nullptr && *mode == "d";
        };
        environment.warn = [this](std::string_view text) { diagnostics_.error(text); };
        if (setup_.test_mode) {
            environment.report = [](std::string_view text) { trace_line(text); };
        }
        environment.scans_cleanly = [c](std::string_view text) {
            const ScanReport report = prescan(text, c->rules().table()).report;
            return report.usable && report.complaints.empty();
        };
    }

    static std::string option_text(const Options& options, std::string_view name) {
        if (name == "LDAPDefaultSpec") return options.ldap_default_spec;
        if (name == "MailboxDatabase") return options.mailbox_database;
        if (name == "ServiceSwitchFile") return options.service_switch_file;
        if (name == "UserDatabaseSpec") return options.user_database_spec;
        if (name == "MapTypeAlias") return options.map_type_alias;
        if (name == "HostsFile") return options.hosts_file;
        return {};
    }

    void read_version(std::string_view rest) {
        config().level = static_cast<int>(leading_int(rest));
        const std::size_t slash = rest.find('/');
        if (slash != std::string_view::npos) config().vendor = rest.substr(slash + 1);
        if (config().level >= 6) config().options.colon_ok_in_addr = false;
        if (config().level > kCurrentLevel) {
            diagnostics_.remark(cat("Warning: .cf version level (", config().level,
                                    ") exceeds sendmail version ", version(), " functionality (",
                                    kCurrentLevel, ')'));
        }
    }

    void read_macro(std::string_view rest) {
        const auto name = read_macro_name(rest, diagnostics_);
        if (name) config().macros.define(*name, read_munched(rest, '\0'));
    }

    void read_class(std::string_view rest) {
        const auto name = read_macro_name(rest, diagnostics_);
        if (!name) return;
        static_cast<void>(config().classes().number_of(*name));
        const std::string words = expanded(rest);
        for (const std::string_view word : split_words(words)) add_class_word(*name, word);
    }

    void add_class_word(const std::string& name, std::string_view word) {
        if (word.substr(0, 2) != "$=") {
            config().classes().add(name, word);
            return;
        }
        std::string_view rest = word.substr(2);
        const auto other = read_macro_name(rest, diagnostics_);
        if (!other) return;
        const WordSet* set = config().classes().find(*other);
        if (set == nullptr) return;
        std::vector<std::string> members;
        for (const std::string_view member : set->members()) members.emplace_back(member);
        for (const std::string& member : members) config().classes().add(name, member);
    }

    void read_class_file(std::string_view rest) {
        read_class_file_line(config(), rest, diagnostics_);
    }

    void read_ruleset(std::string_view rest) {
        ruleset_ = ruleset_number(config(), trim(expanded(rest)), true, diagnostics_);
        if (ruleset_ < 0) return;
        Ruleset& set = config().rules().at(ruleset_);
        if (set.defined && !set.rules.empty() && setup_.test_mode) {
            diagnostics_.remark(cat("WARNING: Ruleset ", config().rules().display_name(ruleset_),
                                    " has multiple definitions"));
        }
        set.defined = true;
    }

    void read_rule(std::string_view rest) {
        const std::string text = expanded(rest);
        if (ruleset_ < 0) {
            diagnostics_.error(cat("missing valid ruleset for \"R", text, '"'));
            return;
        }
        const std::size_t tab = text.find('\t');
        if (tab == std::string::npos) {
            diagnostics_.error(cat("invalid rewrite line \"R", text, "\" (tab expected)"));
            return;
        }
        const std::string_view lhs = std::string_view(text).substr(0, tab);
        std::string_view rhs = std::string_view(text).substr(tab);
        rhs.remove_prefix(std::min(rhs.find_first_not_of('\t'), rhs.size()));
        rhs = rhs.substr(0, rhs.find('\t'));
        CompiledRule compiled =
            compile_rule(config().rules(), config().classes(), lhs, rhs, config().level);
        for (const std::string& complaint : compiled.complaints) diagnostics_.error(complaint);
        compiled.rule.line = diagnostics_.line();
        config().rules().at(ruleset_).rules.push_back(std::move(compiled.rule));
    }

    void read_mailer(std::string_view rest) { read_mailer_line(config(), rest, diagnostics_); }
    void read_header(std::string_view rest) { read_header_line(config(), rest, diagnostics_); }
    void read_queue_group(std::string_view rest) {
        read_queue_group_line(config(), expanded(rest), diagnostics_);
    }
    void read_filter(std::string_view rest) {
        read_filter_line(config(), expanded(rest), diagnostics_);
    }

    // MapTypeAlias counts for K lines in front of it as well.
    void read_type_aliases(const std::vector<CfLine>& lines) {
        for (const CfLine& line : lines) {
            diagnostics_.set_line(line.number);
            if (const auto value = option_in_line(line.text, "MapTypeAlias")) use_aliases(*value);
        }
        diagnostics_.set_line(0);
        for (const OptionSetting& option : setup_.options) {
            if (!option.long_form) continue;
            const std::string line = cat("O ", option.text);
            if (const auto value = option_in_line(line, "MapTypeAlias")) use_aliases(*value);
        }
    }

    void use_aliases(std::string_view text) {
        const auto aliases = parse_map_type_aliases(text);
        if (!aliases.ok()) diagnostics_.error(aliases.error().text);
        config().options.map_type_alias = text;
    }

    void read_option(std::string_view rest) {
        const auto alias_files = config().options.alias_file;
        if (!rest.empty() && rest.front() == ' ') {
            set_long_option(config(), rest.substr(1), OptionSource::kFile, diagnostics_);
        } else {
            set_short_option(config(), rest, OptionSource::kFile, diagnostics_);
        }
        if (config().options.alias_file != alias_files) check_alias_classes(config(), diagnostics_);
    }

    void read_precedence(std::string_view rest) {
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos) {
            diagnostics_.error(cat("unknown configuration line \"P", rest, '"'));
            return;
        }
        config().precedences.emplace_back(trim(rest.substr(0, equals)),
                                          static_cast<int>(leading_int(rest.substr(equals + 1))));
    }

    void read_trusted(std::string_view rest) {
        const std::string words = expanded(rest);
        for (const std::string_view word : split_words(words)) {
            config().classes().add("t", word);
        }
    }

    void read_map(std::string_view rest) {
        const std::string text = expanded(rest);
        std::string_view words = text;
        const std::size_t end = text.find_first_of(" \t");
        const std::string_view name = words.substr(0, end);
        if (name.empty() || !is_alnum(name.front())) {
            diagnostics_.error("readcf: config K line: no map name");
            return;
        }
        words = end == std::string::npos ? std::string_view() : words.substr(end);
        // "class spec", or "class:spec" as in options.
        words = trim_left(words);
        const std::size_t type_end = std::min(words.find_first_of(" \t:"), words.size());
        const std::string_view type = words.substr(0, type_end);
        words.remove_prefix(type_end);
        if (words.starts_with(':')) words.remove_prefix(1);
        if (type.empty()) {
            diagnostics_.error(cat("readcf: config K line, map ", name, ": no map class"));
            return;
        }
        declare_map(config(), diagnostics_, name, type, trim_left(words));
    }

    void read_environment(std::string_view rest) {
        const std::size_t equals = rest.find('=');
        if (equals != std::string_view::npos) {
            config().environment.emplace_back(rest);
            return;
        }
        const char* value = std::getenv(std::string(rest).c_str());
        if (value != nullptr)
            config().environment.push_back(cat(rest, '=', std::string_view(value)));
    }

    void finish() {
        Config& c = config();
        if (c.level == 0) {
            diagnostics_.remark(cat("Warning: .cf file is out of date: sendmail ", version(),
                                    " supports version ", kCurrentLevel,
                                    ", .cf file is version 0"));
        }
        declare_alias_maps(c, diagnostics_);
        declare_user_database(c, diagnostics_);
        if (c.find_mailer("local") == nullptr) diagnostics_.error("No local mailer defined");
        if (c.daemons.empty()) {
            DaemonSpec daemon;
            daemon.name = "MTA";
            c.daemons.push_back(daemon);
        }
        if (c.options.dont_probe_interfaces != ProbeInterfaces::kNone && setup_.probe_interfaces) {
            for (const std::string& name :
                 interface_names(c.options.dont_probe_interfaces == ProbeInterfaces::kNoLoopback)) {
                c.classes().add("w", name);
            }
        }
        const auto is_default = [](const QueueGroupSpec& group) { return group.name == "mqueue"; };
        const auto known = std::find_if(c.queue_groups.begin(), c.queue_groups.end(), is_default);
        if (known == c.queue_groups.end()) {
            QueueGroupSpec group;
            group.name = "mqueue";
            c.queue_groups.insert(c.queue_groups.begin(), std::move(group));
        } else {
            std::rotate(c.queue_groups.begin(), known, known + 1);
        }
        if (c.queue_groups.front().directories.empty() && !c.options.queue_directory.empty()) {
            c.queue_groups.front().directories = {c.options.queue_directory};
        }
    }

    const ReadSetup& setup_;
    Diagnostics diagnostics_;
    ReadOutcome out_;
    Config* borrowed_ = nullptr;
    std::string config_path_;
    int ruleset_ = -1;
};

}  // namespace

ReadOutcome read_config_text(const std::string& name, std::string_view text,
                             const ReadSetup& setup) {
    return Reader(name, setup).run(text);
}

ReadOutcome read_config(const std::string& path, const ReadSetup& setup) {
    const Result<std::string> text = read_file(path);
    Reader reader(path, setup);
    if (!text.ok()) return reader.unreadable(text.error());
    return reader.run(text.value());
}

void read_test_line(Config& config, std::string_view line, std::vector<std::string>& messages) {
    Reader reader(config);
    if (!line.empty()) reader.read_line(line);
    messages = reader.messages();
}

}  // namespace sm
