// Setting options: O lines of the cf, -O and -o of the command line.
#pragma once

#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libcf/diagnostics.h"

namespace sm {

enum class OptionSource { kFile, kCommandLine };

// "Name=value" (the text behind "O " or -O).
void set_long_option(Config& config, std::string_view text, OptionSource source,
                     Diagnostics& diagnostics);
// "cvalue" (the text behind "O" or -o): one letter and its value.
void set_short_option(Config& config, std::string_view text, OptionSource source,
                      Diagnostics& diagnostics);

// True when anybody may set the option on the command line without loss of privileges.
[[nodiscard]] bool option_is_safe(std::string_view text, bool long_form);

// A time span of the configuration; complains about unknown units as the classic program does.
[[nodiscard]] std::chrono::seconds read_timespan(std::string_view text, char unit,
                                                 Diagnostics& diagnostics);

// "user", "user:group", "uid:gid"; nullopt: no such user (nothing was said).
[[nodiscard]] std::optional<UserIds> read_user(std::string_view text);

// DaemonPortOptions and ClientPortOptions: "Key=value, Key=value".
[[nodiscard]] DaemonSpec read_daemon_line(std::string_view text, std::size_t number, bool client,
                                          Diagnostics& diagnostics);

}  // namespace sm
