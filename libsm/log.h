// The log: syslog(3) of facility mail, or a file or standard output (option LogFile).
//
// A sink is chosen before the first fork and inherited. What is logged is one line; text from
// outside is made printable by the caller (printable()). Formats that operators parse are made in
// sendmail/log/mail_log only.
#pragma once

#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

// The values are those of syslog.h.
enum class LogPriority : int {
    kAlert = 1,
    kCritical = 2,
    kError = 3,
    kWarning = 4,
    kNotice = 5,
    kInfo = 6,
    kDebug = 7,
};

// Starts logging to syslog as `tag` (option -L; default: the program's name).
void log_open_syslog(std::string_view tag);

// Logs to a file, appended line by line ("-": standard output). Lines look like those of
// syslog: "Mon DD HH:MM:SS host tag[pid]: text".
[[nodiscard]] Status log_open_file(const std::string& path, std::string_view tag);

// True when the log is standard output (LogFile "-").
[[nodiscard]] bool log_is_standard_output();

void log_set_level(int level);
[[nodiscard]] int log_level();

void log_message(LogPriority priority, std::string_view text);

// Logs when LogLevel is at least `level`.
void log_at(int level, LogPriority priority, std::string_view text);

}  // namespace sm
