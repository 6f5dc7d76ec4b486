#include "sendmail/envelope/recipient.h"

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kLoop = "aliasing/forwarding loop broken";

}  // namespace

std::string complaint_of(const Recipient& recipient) {
    if (recipient.status_text.starts_with(kLoop)) return recipient.status_text;
    const std::string& place = recipient.listed_at;
    const std::string address = cat(recipient.address, "... ");
    const std::string_view text = recipient.status_text.empty()
                                      ? exit_info(recipient.status).text
                                      : std::string_view(recipient.status_text);
    return cat(place, place.empty() ? "" : ": ", text.starts_with(address) ? "" : address, text);
}

int refusal_code(const Recipient& recipient) {
    return recipient.refused_with != 0 ? recipient.refused_with : exit_info(recipient.status).smtp;
}

}  // namespace sm
