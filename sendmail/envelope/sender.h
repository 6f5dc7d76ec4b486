// The sender of an envelope, resolved: what MAIL, -f and the S line of a queue file have in common.
#pragma once

#include <string_view>

#include "libcf/address_parser.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// Makes `address`, as it was given ("<a@b>", "A <a@b>", "a"), the sender of the envelope: sender,
// sender_target and the macros f, mail_mailer, mail_host and mail_addr. An address without
// anything in it is the null sender, "<>". What is returned is not ok() when the address cannot be
// resolved, for good or for now; then only the sender and f are set.
[[nodiscard]] ParsedAddress set_envelope_sender(const Config& config, Envelope& envelope,
                                                std::string_view address, Deadline deadline);

}  // namespace sm
