// ETRN (RFC 1985).
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/session.h"

namespace sm {

Reply ServerSession::cmd_etrn(std::string_view argument) {
    active_ = true;
    if (!features_.etrn || config_.options.privacy.has(Privacy::kNoetrn)) {
        return make_reply(502, "5.7.0", "Sorry, we do not allow this operation");
    }
    if (argument.empty()) return make_reply(500, "5.5.2", "Parameter required");
    if (auto refusal = run_check("check_etrn", {std::string(argument)}, "")) return *refusal;
    log_inquiry(log_id(), client_.relay(), "ETRN", argument);
    const bool group = argument.front() == '#';
    if (!services_.outlet.start_queue_run(argument)) {
        return make_reply(459, "4.5.4", cat("Queue ", argument.substr(group ? 1 : 0), " unknown"));
    }
    return repeat_limit(
        BadClient::Kind::kEtrn,
        make_reply(250, "2.0.0",
                   group ? cat("Queuing for queue group ", argument.substr(1), " started")
                         : cat("Queuing for node ", argument, " started")));
}

}  // namespace sm
