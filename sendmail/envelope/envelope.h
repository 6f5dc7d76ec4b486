// Envelope: sender, recipients, headers, body file, macros and flags of one message. It moves
// between its makers (session, submission, DSN builder, queue reader); it is never shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcf/macro_scope.h"
#include "libmail/header_list.h"
#include "libmail/queue_id.h"
#include "libsm/unique_fd.h"
#include "sendmail/envelope/recipient.h"

namespace sm {

struct DeliverBy {
    char mode = 'R';     // R or N
    bool trace = false;  // T
    std::int64_t seconds = 0;
};

struct Envelope {
    QueueId id;            // empty until a job is begun
    std::string sender;    // envelope form: "<user@host>" or "<>"
    Target sender_target;  // resolved sender; its mailer gives flags C, i, j
    std::optional<ControllingUser> sender_account{};  // the sender is a local account: ctladdr=
    std::vector<Recipient> recipients;
    HeaderList headers;  // as they will be stored: macros of templates unexpanded
    MacroScope macros;   // parent: the session's or the configuration's
    // The body on disk, without headers, lines ended by LF. path is absolute; empty before begin.
    std::string body_path;
    UniqueFd body_fd;               // open for reading and writing while the envelope is made
    std::int64_t body_size = 0;     // octets
    std::int64_t message_size = 0;  // headers and body as received: size= in the log

    std::int64_t created = 0;       // seconds since the epoch
    std::int64_t last_attempt = 0;  // 0: never
    int attempts = 0;
    std::int64_t priority = 0;
    int message_class = 0;  // from Precedence:
    int hop_count = 0;

    std::string body_type;                    // "", "7BIT", "8BITMIME"
    bool has_8bit = false;                    // F8
    bool is_response = false;                 // Fr: a DSN or other automatic reply
    bool warning_sent = false;                // Fw
    bool delete_bcc = false;                  // Fb
    bool no_body_return = false;              // Fn: RET=HDRS
    bool ret_given = false;                   // Fd
    bool split = false;                       // Fs
    std::string envid;                        // decoded ENVID
    std::optional<std::string> auth_param{};  // AUTH=: "<>" or an address
    std::optional<DeliverBy> deliver_by{};
    std::string quarantine_reason;  // not empty: quarantined (hf file)
    std::string status_text;        // M line of the message
    std::string message_id;         // for the log
    std::string queue_group = "mqueue";
};

}  // namespace sm
