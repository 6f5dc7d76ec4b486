// Reading a sendmail.cf into a Config. Source: operations guide section 5.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcf/config.h"
#include "libcf/host_identity.h"
#include "libsm/clock.h"

namespace sm {

// An option of the command line: applied after the file, so that it wins.
struct OptionSetting {
    bool long_form = true;
    std::string text;  // "Name=value", or "cvalue"
};

struct ReadSetup {
    // Given: not looked up. Tests, and modes that know it already.
    std::optional<HostIdentity> identity{};
    std::vector<OptionSetting> options;                       // -O, -o
    std::vector<std::pair<std::string, std::string>> macros;  // -M: set after the file
    std::vector<std::pair<std::string, std::string>> preset;  // set before the first line
    // Adds the names and addresses of the interfaces to class w unless the cf says not to.
    bool probe_interfaces = true;
    // Address test mode: warns about rulesets with several definitions.
    bool test_mode = false;
    // Full form of a host name; empty: hosts file and resolver (see host_canon.h).
    std::function<Result<std::optional<std::string>>(std::string_view host, Deadline)> canonify;
};

struct ReadOutcome {
    std::unique_ptr<Config> config;     // always there, as far as it could be read
    std::vector<std::string> messages;  // complaints and warnings, one line each, in order
    bool usable = true;                 // false: errors; only test mode goes on (exit 78)
    bool readable = true;               // false: the file could not be opened (exit 72)
    bool bad_option = false;            // an option of the command line was wrong (exit 70)
    HostIdentity identity;
};

// Reads the file and all that it refers to (class files, programs); maps are declared, not opened.
[[nodiscard]] ReadOutcome read_config(const std::string& path, const ReadSetup& setup = {});

// The same from text; `name` stands in messages.
[[nodiscard]] ReadOutcome read_config_text(const std::string& name, std::string_view text,
                                           const ReadSetup& setup = {});

// Executes one D, C, ... line given by -bt (".Dx...", ".Cx...").
void read_test_line(Config& config, std::string_view line, std::vector<std::string>& messages);

}  // namespace sm
