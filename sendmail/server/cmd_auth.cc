// AUTH: not available in this build (no SASL layer behind Connection yet).
#include "sendmail/server/session.h"

namespace sm {

Reply ServerSession::cmd_auth(std::string_view /*argument*/) {
    return make_reply(503, "5.3.3", "AUTH not available");
}

}  // namespace sm
