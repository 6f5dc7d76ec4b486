// -bp: mailq.
#include <unistd.h>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/queue_print.h"
#include "sendmail/main/queue_request.h"

namespace sm {

Exit queue_print_mode(Invocation& invocation) {
    const Config& config = *invocation.config;
    prepare_process(invocation);
    QueueStore store(config, system_clock());
    if (const Status allowed = may_print_queue(config, store); !allowed.ok()) {
        static_cast<void>(write_all(STDERR_FILENO, cat(allowed.error().text, '\n')));
        return allowed.error().code;
    }
    QueuePrintOptions options;
    options.verbose = invocation.command.verbose;
    options.held_by_load = [&config, load = load_average()](std::int64_t priority) {
        return waits_for_load(config.options, std::nullopt, priority, load);
    };
    if (invocation.command.queue_run) {
        options.selection = selection_of(*invocation.command.queue_run);
    }
    std::string out;
    const Exit status =
        print_queue(config, store, system_clock(), options, [&out](std::string_view text) {
            out += text;
            constexpr std::size_t kEnough = 64U << 10;
            if (out.size() < kEnough) return;
            static_cast<void>(write_all(STDOUT_FILENO, out));
            out.clear();
        });
    static_cast<void>(write_all(STDOUT_FILENO, out));
    return status;
}

}  // namespace sm
