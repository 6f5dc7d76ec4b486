#include "libsm/result.h"

#include <cstdlib>
#include <cstring>

#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {

Error os_error(std::string_view what, int number) {
    return {Exit::kOsErr, cat(what, ": ", std::strerror(number)), number, {}};
}

Error make_error(Exit code, std::string text) {
    return {code, std::move(text), 0, {}};
}

std::string_view error_dsn(const Error& error) {
    return error.dsn.empty() ? exit_info(error.code).dsn : std::string_view(error.dsn);
}

void check_failed(const char* expression, const char* file, int line) {
    log_message(LogPriority::kCritical,
                cat("internal check failed: ", expression, " at ", file, ":", line));
    std::abort();
}

}  // namespace sm
