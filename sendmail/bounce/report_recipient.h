// One recipient as a report shows it (RFC 3464): what it was, what it had become, and how it ended.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libmail/dsn_report.h"
#include "sendmail/bounce/return_mail.h"

namespace sm {

// now: when it was tried last, if that is not known.
[[nodiscard]] DsnRecipient describe_recipient(const Recipient& recipient, ReturnRequest::Kind kind,
                                              const Config& config, std::int64_t now);

// Failed or deferred by what a program said: its exit status is all that is known.
[[nodiscard]] bool ended_by_exit_status(const Recipient& recipient);

// The address proper, without phrase, comments and angle brackets.
[[nodiscard]] std::string bare(std::string_view address);

}  // namespace sm
