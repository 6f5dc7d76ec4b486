// Class program: the first line that a program writes when it is given the key; and class syslog,
// whose lookups are lines in the log.
#include <array>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

// Exit codes: 0 the line is the value, 75 it cannot tell, others: there is no value.
class ProgramMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return absent_; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (!environment().run_program) return make_error(Exit::kTempFail, "programs are not run");
        std::vector<std::string> argv;
        for (const std::string_view word : split_words(flags().rest)) argv.emplace_back(word);
        argv.emplace_back(key);
        SM_TRY(ProgramAnswer answer, environment().run_program(argv, deadline));
        if (answer.signal != 0) {
            const std::string text =
                cat("prog_map_lookup(", name(), "): child died on signal ", answer.signal);
            if (environment().report) environment().report(text);
            return make_error(Exit::kUnavailable, text);
        }
        if (answer.exit_code == 0) return Value(std::move(answer.line));
        if (answer.exit_code == static_cast<int>(Exit::kTempFail)) {
            return make_error(Exit::kTempFail, cat("program map ", name(), ": exit status 75"));
        }
        absent_ = answer.exit_code;
        return Value();
    }

  private:
    int absent_ = 0;
};

constexpr std::array<std::pair<std::string_view, LogPriority>, 9> kPriorities = {{
    {"emerg", LogPriority::kAlert},
    {"alert", LogPriority::kAlert},
    {"crit", LogPriority::kCritical},
    {"err", LogPriority::kError},
    {"error", LogPriority::kError},
    {"warning", LogPriority::kWarning},
    {"notice", LogPriority::kNotice},
    {"info", LogPriority::kInfo},
    {"debug", LogPriority::kDebug},
}};

std::optional<LogPriority> priority_of(std::string_view name) {
    if (istarts_with(name, "LOG_")) name.remove_prefix(4);
    for (const auto& [word, value] : kPriorities) {
        if (iequals(word, name)) return value;
    }
    return std::nullopt;
}

class SyslogMap final : public Map {
  public:
    SyslogMap(const MapEnvironment& environment, LogPriority priority)
        : environment_(environment), priority_(priority) {}

    Result<Value> lookup(std::string_view key, const MapArgs&, Deadline) override {
        const std::string* id = environment_.get_macro ? environment_.get_macro("i") : nullptr;
        log_message(priority_, cat(id == nullptr ? "NOQUEUE" : *id, ": ", key));
        return Value("");
    }

  private:
    const MapEnvironment& environment_;
    LogPriority priority_;
};

void warn(const MapEnvironment& environment, const std::string& text) {
    if (environment.warn) environment.warn(text);
}

}  // namespace

std::unique_ptr<Map> make_program_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        warn(environment, cat("No file name for program map ", flags.map_name));
        return make_unopened_map(flags.map_name, "program");
    }
    flags.fold = false;
    return std::make_unique<ProgramMap>(std::move(flags), environment);
}

std::unique_ptr<Map> make_syslog_map(MapFlags flags, const MapEnvironment& environment) {
    std::string_view given;
    std::string_view rest = flags.rest;
    while (const auto flag = next_map_flag(rest, "")) {
        if (flag->letter == 'L') {
            given = flag->value.empty() ? next_word(rest) : flag->value;
        } else if (flag->letter != 'D' && flag->letter != 'S') {
            warn(environment, cat("Illegal option ", flag->letter, " map syslog"));
            if (!flag->value.empty()) break;  // what follows is not read
        }
    }
    const auto priority = given.empty() ? std::optional(LogPriority::kInfo) : priority_of(given);
    if (!priority) {
        warn(environment, cat("syslog_map_parseargs: Unknown priority ", given));
        return make_unopened_map(flags.map_name, "syslog");
    }
    return std::make_unique<SyslogMap>(environment, *priority);
}

}  // namespace sm
