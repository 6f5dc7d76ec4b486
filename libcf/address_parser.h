// From an address as text to a delivery triple: rulesets 3 and 0, and the header/envelope forms
// through 1 or 2, S=/R= and 4. Source: operations guide 5.1 and 1.3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/mailer_spec.h"
#include "libcf/rewriter.h"

namespace sm {

// The delivery triple. mailer points into the Config.
struct Target {
    const MailerSpec* mailer = nullptr;
    std::string host;
    std::string user;
};

enum class AddressRole {
    kEnvelopeSender,
    kHeaderSender,
    kEnvelopeRecipient,
    kHeaderRecipient,
    kReturnPath,  // an envelope sender resolved as mail to it would be: rules of recipients
};

struct ParsedAddress {
    std::string text;  // the address as given, comments removed, trimmed
    Target target;
    // For $#error: the verdict; the mailer of the target is then the internal "error" mailer.
    Exit status = Exit::kOk;
    int smtp = 0;
    std::string dsn;
    std::string message;
    // "<text>... Unbalanced '<'" and the like. They make the address bad (status is then not kOk)
    // though it was repaired and resolved; test mode goes on with it.
    std::vector<std::string> complaints;
    bool unparsable = false;      // not even tokens could be made of it
    bool skip_localaddr = false;  // the user began with "@": ruleset 5 does not apply
    bool queue_up = false;        // a lookup could not tell: defer
    bool map_failed = false;      // that was not only the name server: the target may be another
    [[nodiscard]] bool ok() const { return status == Exit::kOk; }
};

// Applies rulesets 3 and 0 (and 5 for local users of F=5 mailers is NOT applied here: that needs
// alias lookup first, see sendmail/route). Syntax errors (unbalanced, too long) and $#error are
// in the result; a lookup that could not tell has status kTempFail.
// Comments and phrase are taken off first: "Full Name <user@host> (comment)".
[[nodiscard]] ParsedAddress parse_address(Rewriter& rewriter, std::string_view text,
                                          AddressRole role, Deadline deadline);

// Ruleset 5 on the local user of `target` (mailer flag 5); true when it resolved to another
// target, which then replaces *target.
[[nodiscard]] Result<bool> apply_localaddr(Rewriter& rewriter, Target& target, Deadline deadline);

// The address rewritten for delivery by `mailer`: rulesets 3, domain addition (F=C, with
// `sender_domain`), 1 or 2, S= or R=, 4. Keeps phrase and comments (unless F=c).
// Error kTempFail: a lookup could not tell.
[[nodiscard]] Result<std::string> rewrite_for_mailer(Rewriter& rewriter, std::string_view address,
                                                     AddressRole role, const MailerSpec& mailer,
                                                     std::string_view sender_domain,
                                                     Deadline deadline);

// An address without phrase and comments as rules of this host write it: rulesets 3, 1, 4. Of the
// envelope sender it is $f. Error kTempFail: a lookup could not tell.
[[nodiscard]] Result<std::string> rewrite_for_host(Rewriter& rewriter, std::string_view address,
                                                   Deadline deadline);

// The display form of an address with "$g" in the place of the address proper: phrase and comments
// stay, "Full Name <$g> (comment)". Test mode calls it the cracked address. A phrase with one of
// `must_quote` (MustQuoteChars), or with what a phrase may never have, is put in quotes.
[[nodiscard]] std::string crack_template(std::string_view text, std::string_view must_quote);

// "Full Name <user@host>" -> "user@host"; the text between angle brackets or without comments.
[[nodiscard]] std::string crack_address(std::string_view text);

}  // namespace sm
