// Delivery status notifications as text: the three parts of a multipart/report message
// (RFC 3462, RFC 3464) in the form that readers of sendmail's reports know. Formats only: who is
// told what is decided in sendmail/bounce.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"

namespace sm {

enum class DsnAction : std::uint8_t { kFailed, kDelayed, kDelivered, kRelayed, kExpanded };

struct DsnRecipient {
    std::string address;             // as shown: "<x@y>", "\"|prog\""
    std::string original_recipient;  // ORCPT: "rfc822;x@y"; may be empty
    std::string final_recipient;     // "RFC822; x@y"
    std::string actual_recipient;    // "rfc822; x@z"; empty: not told (noactualrecipient)
    DsnAction action = DsnAction::kFailed;
    bool to_mailbox = false;  // delivered by a local mailer
    std::string status;       // "5.1.1"
    std::string remote_mta;   // "[127.0.0.1]" or a name; empty: a local failure
    std::string diagnostic;   // "SMTP; 550 5.1.1 ..." or "X-Unix; 67"; may be empty
    std::string reason;       // "550 5.1.1 ..." or "User unknown"; for the text part
    std::string alias_of;     // "expanded from: <list@y>"; may be empty
    std::int64_t last_attempt = 0;
    std::int64_t retry_until = 0;  // delayed only
};

struct DsnReport {
    std::string boundary;             // "QID.EPOCH/host"
    std::string reporting_mta;        // $j
    std::string received_from;        // name of the client; empty: submitted here
    std::string received_from_shown;  // "localhost [127.0.0.1]", for the text part
    std::string original_id;          // "with id", for the postmaster only; "": not shown
    std::string envelope_id;          // ENVID; may be empty
    std::int64_t arrival = 0;
    std::string introduction;  // ErrorHeader, already expanded; may be empty
    std::vector<DsnRecipient> recipients;
    std::string transcript;    // lines ended by LF; may be empty
    std::string warning_span;  // delay: "4 hours"; and time until return
    std::string return_span;
    bool headers_only = false;  // the third part is text/rfc822-headers
    bool with_original = true;  // false: no third part (postmaster copies of unknown mail)
};

using TextSink = std::function<Status(std::string_view)>;

// Value of Content-Type for the report, with its folded boundary parameter.
[[nodiscard]] std::string dsn_content_type(const DsnReport& report);

// Writes the body of the report; lines end with LF. `original` writes the returned message (or its
// headers) when asked to.
[[nodiscard]] Status write_dsn_body(const DsnReport& report, const TextSink& write,
                                    const std::function<Status(const TextSink&)>& original);

}  // namespace sm
