// Readers of the single line types of a configuration; cf_reader calls them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libcf/diagnostics.h"

namespace sm {

// Cuts the name of a macro or class off `rest` with all checks of the classic program.
[[nodiscard]] std::optional<std::string> read_macro_name(std::string_view& rest,
                                                         Diagnostics& diagnostics);

// A value of "X=value, ..." lines: quotes and backslashes resolved; ends at `delimiter` outside
// quotes, which stays in `rest`.
[[nodiscard]] std::string read_munched(std::string_view& rest, char delimiter);

// All take the text behind the command letter.
void read_mailer_line(Config& config, std::string_view text, Diagnostics& diagnostics);
void read_header_line(Config& config, std::string_view text, Diagnostics& diagnostics);
void read_queue_group_line(Config& config, std::string_view text, Diagnostics& diagnostics);
void read_filter_line(Config& config, std::string_view text, Diagnostics& diagnostics);
void read_class_file_line(Config& config, std::string_view text, Diagnostics& diagnostics);

// "prog", "*file*" and "*include*", which exist without an M line, and the internal mailers.
void add_builtin_mailers(Config& config);

// The number of a ruleset named in an S line, S=, R= or $>; reports bad names. -1: bad.
// enter: an unknown name gets the highest free number.
[[nodiscard]] int ruleset_number(Config& config, std::string_view text, bool enter,
                                 Diagnostics& diagnostics);

// One line of `=M` of test mode and -d0.15.
[[nodiscard]] std::string describe_mailer(const Config& config, const MailerSpec& mailer);

}  // namespace sm
