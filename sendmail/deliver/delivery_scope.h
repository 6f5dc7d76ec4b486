// The addresses and macros of one delivery: what $g, $h, $u and $z are for a mailer.
#pragma once

#include <string>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/deliver/agent.h"

namespace sm {

// How long the rewriting of one message's addresses may take.
[[nodiscard]] Deadline rewrite_deadline();

// True when the mailer speaks SMTP or LMTP: over a socket, or (F=z) with a program.
[[nodiscard]] bool speaks_smtp(const MailerSpec& mailer);

// The envelope sender as `mailer` wants it, without angle brackets: rewritten by its S=; "" for
// <>, except for mailers that want a name instead (those that are no SMTP, and F=g): $n.
// Error kTempFail: a lookup could not tell.
[[nodiscard]] Result<std::string> sender_for_mailer(const Envelope& envelope,
                                                    const MailerSpec& mailer, const Config& config);

// "@domain" of the sender when its own mailer has F=C, for unqualified addresses of the header;
// else "".
[[nodiscard]] std::string added_domain(const Envelope& envelope);

// Sets $g $f $h $u $z $to of a delivery in `scope`, whose parent is the envelope's. $u holds the
// first recipient; argv expansion repeats it for the others.
void set_delivery_macros(MacroScope& scope, const std::string& sender, const Batch& batch);

}  // namespace sm
