#include "sendmail/server/address_reply.h"

#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"

namespace sm {
namespace {

constexpr std::size_t kShownWhole = 203;
constexpr std::size_t kShownPart = 100;

}  // namespace

std::string shortened(std::string_view address) {
    if (address.size() <= kShownWhole) return std::string(address);
    return cat(address.substr(0, kShownPart), "...", address.substr(address.size() - kShownPart));
}

Reply unbalanced_refusal(std::string_view address, char mark, std::string_view id) {
    const std::string text = cat("Unbalanced '", mark, "'");
    log_user_error(id, address, text);
    return make_reply(553, "5.0.0", about(553, shortened(address), text));
}

Reply address_refusal(const ParsedAddress& parsed, std::string_view address, int default_code,
                      std::string_view id) {
    const bool temporary = is_temporary(parsed.status);
    int code = parsed.smtp;
    if (code == 0) code = temporary ? 451 : default_code;
    std::string dsn = parsed.dsn;
    if (dsn.empty()) dsn = temporary ? "4.0.0" : "5.0.0";
    // Complaints of the address scanner name the address already.
    std::string_view text = parsed.message;
    const std::string named = cat(address, "... ");
    if (text.substr(0, named.size()) == named) text.remove_prefix(named.size());
    Reply reply = make_reply(code, dsn, about(code, shortened(address), text));
    log_user_error(id, address, text);
    return reply;
}

}  // namespace sm
