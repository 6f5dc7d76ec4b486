// Config: everything a sendmail.cf says; rules compiled, options typed, maps declared. Built once
// by cf_reader before any fork, then const (maps are opened lazily inside; their handles are not
// part of the value).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/daemon_spec.h"
#include "libcf/header_rule.h"
#include "libcf/macro_scope.h"
#include "libcf/mailer_spec.h"
#include "libcf/options.h"
#include "libmap/map.h"

namespace sm {

class ClassTable;
class RuleProgram;
class MapTable;

// Q line. Source: operations guide 5.11.
struct QueueGroupSpec {
    std::string name;
    std::vector<std::string> directories;  // absolute, wildcard expanded
    std::string flags;                     // F=
    int nice = 0;
    std::optional<std::chrono::seconds> interval{};
    int runners = -1;        // R=; -1: option MaxRunnersPerQueue
    int jobs = 0;            // J=
    int max_recipients = 0;  // r=
};

// X line. Source: operations guide 5.12.
struct FilterSpec {
    std::string name;
    std::string socket;   // S= as written
    char on_failure = 0;  // F=: 'R' 'T' '4' or 0
    std::chrono::seconds connect{300};
    std::chrono::seconds send{10};
    std::chrono::seconds read{10};
    std::chrono::seconds end_of_message{300};
};

class Config {
  public:
    Config();
    ~Config();
    Config(Config&&) noexcept;
    Config& operator=(Config&&) noexcept;

    Options options;
    MacroScope macros;  // the D lines and the program's own start values ($j, $w, $v, ...)
    int level = 0;      // V line
    std::string vendor;
    std::string path;                                  // of the cf file
    std::vector<std::unique_ptr<MailerSpec>> mailers;  // in order of definition; stable addresses
    std::unique_ptr<MailerSpec> error_mailer;          // target of $#error
    std::unique_ptr<MailerSpec> discard_mailer;        // target of $#discard
    std::vector<HeaderRule> headers;
    std::vector<DaemonSpec> daemons;           // DaemonPortOptions; never empty after reading
    std::vector<DaemonSpec> clients;           // ClientPortOptions
    std::vector<QueueGroupSpec> queue_groups;  // [0] is "mqueue"
    std::vector<FilterSpec> filters;
    std::vector<std::pair<std::string, int>> precedences;
    std::vector<std::string> environment;  // "NAME=value" for programs, from the E lines

    [[nodiscard]] const MailerSpec* find_mailer(std::string_view name) const;

    // True when `word` (folded to lower case) is a member of the class; names without "$=".
    [[nodiscard]] bool in_class(std::string_view name, std::string_view word) const;
    [[nodiscard]] const ClassTable& classes() const { return *classes_; }
    [[nodiscard]] ClassTable& classes() { return *classes_; }

    // nullptr: no such map. Lookups are allowed through a const Config.
    [[nodiscard]] Map* find_map(std::string_view name) const;
    [[nodiscard]] const MapTable& maps() const { return *maps_; }
    [[nodiscard]] MapTable& maps() { return *maps_; }

    [[nodiscard]] const RuleProgram& rules() const { return *rules_; }
    [[nodiscard]] RuleProgram& rules() { return *rules_; }

    // Value of a Precedence: header word; 0 for an unknown one.
    [[nodiscard]] int precedence(std::string_view word) const;

  private:
    std::unique_ptr<ClassTable> classes_;
    std::unique_ptr<MapTable> maps_;
    std::unique_ptr<RuleProgram> rules_;
};

// Expands $x, ${name}, $&x and $?x..$|..$. in `text` with the values of `scope`. For option
// values, header templates, mailer arguments. Source: operations guide 5.2.
[[nodiscard]] std::string expand_macros(std::string_view text, const MacroScope& scope);

}  // namespace sm
