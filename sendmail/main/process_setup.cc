// Log, time zone, umask of the modes that move mail; the configuration read again.
#include <sys/stat.h>

#include <cstdlib>
#include <ctime>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/process.h"
#include "sendmail/main/modes.h"

namespace sm {
namespace {

// The E lines hold for this process as for the programs that it starts: libraries look there
// (KRB5_KTNAME, SASL_PATH).
void apply_environment(const Config& config) {
    for (const std::string& entry : config.environment) {
        const std::size_t end = entry.find('=');
        if (end == std::string::npos || end == 0) continue;
        ::setenv(entry.substr(0, end).c_str(), entry.c_str() + end + 1, 1);
    }
}

}  // namespace

void open_log(const Config& config, const CommandLine& command) {
    const Options& options = config.options;
    const std::string tag = command.syslog_tag.empty() ? "sendmail" : command.syslog_tag;
    log_set_level(static_cast<int>(options.log_level));
    log_open_syslog(tag);
    if (!options.log_file.empty()) {
        const Status opened = log_open_file(expand_macros(options.log_file, config.macros), tag);
        if (!opened.ok()) log_message(LogPriority::kError, opened.error().text);
    }
}

void prepare_process(const Invocation& invocation) {
    const Options& options = invocation.config->options;
    open_log(*invocation.config, invocation.command);
    apply_environment(*invocation.config);
    // TimeZoneSpec: unset clears TZ, empty keeps the caller's.
    if (!options.time_zone_spec) {
        ::unsetenv("TZ");
    } else if (!options.time_zone_spec->empty()) {
        ::setenv("TZ", options.time_zone_spec->c_str(), 1);
    }
    ::tzset();
    set_process_title_prefix(
        expand_macros(options.process_title_prefix, invocation.config->macros));
    ::umask(022);
}

}  // namespace sm
