// When two recipients are the same: mailer, host and user, and for programs and files the user
// they run as.
#pragma once

#include <string>

#include "sendmail/envelope/recipient.h"

namespace sm {

// Mailer, host and user in one string; user and host folded to lower case unless the mailer keeps
// their case (F=u, F=h).
[[nodiscard]] std::string target_key(const Target& target);
[[nodiscard]] std::string recipient_key(const Recipient& recipient);

}  // namespace sm
