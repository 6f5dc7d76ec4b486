// Log, time zone, umask of the modes that move mail; the configuration read again.
#include <sys/stat.h>

#include <cstdlib>
#include <ctime>

#include "libsm/files.h"
#include "libsm/log.h"
#include "sendmail/main/modes.h"

namespace sm {

void prepare_process(const Invocation& invocation) {
    const Options& options = invocation.config->options;
    const CommandLine& command = invocation.command;
    const std::string tag = command.syslog_tag.empty() ? "sendmail" : command.syslog_tag;
    log_set_level(static_cast<int>(options.log_level));
    log_open_syslog(tag);
    if (!options.log_file.empty()) {
        const Status opened =
            log_open_file(expand_macros(options.log_file, invocation.config->macros), tag);
        if (!opened.ok()) log_message(LogPriority::kError, opened.error().text);
    }
    // TimeZoneSpec: unset clears TZ, empty keeps the caller's.
    if (!options.time_zone_spec) {
        ::unsetenv("TZ");
    } else if (!options.time_zone_spec->empty()) {
        ::setenv("TZ", options.time_zone_spec->c_str(), 1);
    }
    ::tzset();
    ::umask(022);
}

}  // namespace sm
