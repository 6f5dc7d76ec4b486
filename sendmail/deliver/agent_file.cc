#include "sendmail/deliver/agent_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/deliver/agent_program.h"
#include "sendmail/deliver/delivery_scope.h"
#include "sendmail/deliver/status_text.h"

namespace sm {
namespace {

constexpr std::string_view kNullDevice = "/dev/null";

Error temporary(Error error) {
    error.code = Exit::kTempFail;
    return error;
}

}  // namespace

// All or nothing: what was appended before a failure is cut off again.
Status FileAgent::write_locked(int fd, const Batch& batch, MessageSource& message) {
    struct stat before {};
    if (::fstat(fd, &before) != 0) return temporary(os_error("fstat", errno));
    MessageForm form;
    form.from_line = !mailer_.has('n');
    Status written = message.write_message(mailer_, batch, form, [fd](std::string_view piece) {
        const Status done = write_all(fd, piece);
        return done.ok() ? Status() : Status(temporary(done.error()));
    });
    // The empty line that ends a message in a mailbox.
    if (written.ok()) written = write_all(fd, mailer_.eol);
    if (written.ok() && S_ISREG(before.st_mode)) written = sync_fd(fd, "mailbox");
    if (!written.ok()) {
        if (S_ISREG(before.st_mode) && ::ftruncate(fd, before.st_size) != 0) {
            return temporary(os_error("cannot take back a partial delivery", errno));
        }
        return temporary(written.error());
    }
    return {};
}

DeliveryResult FileAgent::append_to(const std::string& path, const Batch& batch,
                                    MessageSource& message) {
    if (path == kNullDevice) return result_of(Exit::kOk);
    auto opened = context_.privileged.open_delivery_file(path, controller_of(batch));
    if (!opened.ok()) {
        if (is_temporary(opened.error().code)) return result_of_error(opened.error());
        return result_of(Exit::kCantCreate);
    }
    const int fd = opened.value().get();
    const auto locked = lock_until(fd, LockMode::kExclusive,
                                   Deadline::in(context_.config.options.timeouts.fileopen));
    if (!locked.ok()) return result_of_error(temporary(locked.error()));
    if (!locked.value()) return deferred_result("file is locked");
    const Status written = write_locked(fd, batch, message);
    if (!written.ok()) return result_of_error(written.error());
    const Status closed = opened.value().close();
    return closed.ok() ? result_of(Exit::kOk) : result_of_error(temporary(closed.error()));
}

std::vector<DeliveryResult> FileAgent::deliver(const Envelope& envelope, const Batch& batch,
                                               MessageSource& message) {
    std::vector<DeliveryResult> results;
    MacroScope scope(&envelope.macros);
    set_delivery_macros(scope, {}, batch);
    tell_start(context_, batch, cat("Connecting to ", mailer_.name, "..."));
    for (Recipient* recipient : batch.recipients) {
        const std::string argument = mailer_.argv.size() > 1 ? mailer_.argv[1] : "$u";
        MacroScope one(&scope);
        one.set("u", recipient->target.user);
        std::string path = expand_macros(argument, one);
        const std::string& safe = context_.config.options.safe_file_environment;
        if (!safe.empty() && path != kNullDevice && !path.starts_with(cat(safe, '/'))) {
            path = cat(safe, path.starts_with('/') ? "" : "/", path);
        }
        const bool climbs = path.find("/../") != std::string::npos || path.ends_with("/..");
        if (path.empty() || path.front() != '/' || (!safe.empty() && climbs) ||
            path.find('\0') != std::string::npos) {
            results.push_back(result_of(Exit::kCantCreate));
            continue;
        }
        results.push_back(append_to(path, {batch.mailer, batch.host, {recipient}}, message));
    }
    tell_outcomes(context_, batch, results);
    return results;
}

}  // namespace sm
