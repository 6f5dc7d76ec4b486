// STARTTLS: not available in this build (no TLS layer behind Connection yet).
#include "sendmail/server/session.h"

namespace sm {

Reply ServerSession::cmd_starttls(std::string_view argument) {
    if (!argument.empty()) {
        return make_reply(501, "5.5.2", "Syntax error (no parameters allowed)");
    }
    return make_reply(503, "5.5.0", "TLS not available");
}

}  // namespace sm
