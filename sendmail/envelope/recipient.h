// Recipient: one envelope recipient, from RCPT (or -t, an alias, a qf file) to its result.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libcf/address_parser.h"
#include "libsm/exit_status.h"

namespace sm {

// When the sender wants to hear of a recipient (RFC 3461 section 4.1).
struct Notify {
    bool given = false;  // NOTIFY= was present
    bool success = false;
    bool failure = true;
    bool delay = true;
    [[nodiscard]] bool never() const { return given && !success && !failure && !delay; }
};

// On whose behalf a program is run or a file written: the owner of an alias target, .forward or
// :include: file ("C" line of a qf file).
struct ControllingUser {
    std::string name;  // login name; "" for the default user
    uid_t uid = 0;
    gid_t gid = 0;
    std::string alias;  // the address that led here: "<errtemp@sandbox.test>"
    // Whose list or .forward made the account known, when that was further up than `alias`.
    std::string origin{};
};

struct Recipient {
    enum class State : std::uint8_t {
        kQueued,    // to be delivered
        kSent,      // done: delivered or relayed
        kFailed,    // a decision: will be bounced
        kDropped,   // discarded, a duplicate, or replaced by its alias members
        kExpanded,  // an alias or list with its members in the envelope
    };

    std::string address;  // envelope form: "<user@host>", "\"|prog\"", "/file"
    Target target;        // once routed; mailer nullptr before
    State state = State::kQueued;
    bool primary = true;      // P: as given by the client, or all that became of that
    bool from_alias = false;  // A: named by an alias (not by a .forward or an :include: file)
    Notify notify;
    std::string orcpt;            // "rfc822;x@y", xtext decoded
    std::string final_recipient;  // "RFC822; x@y": the address before aliasing
    std::optional<ControllingUser> controlling_user{};
    std::string home;  // $z, for a local user with an account
    // Members of a list that has an owner- alias: the envelope sender for their copies.
    std::string owner;
    std::string alias_of;     // the address whose expansion names this one; for reports
    std::string listed_at;    // "FILE: line N" of the list file that names it; for complaints
    std::string queue_group;  // "" : the mailer's, else mqueue

    // An alias or list whose members got a sender of their own (`owner`) by its owner- alias.
    bool has_owner = false;
    // A list or .forward that names itself: its mailbox stays, the list was opened.
    bool own_mailbox = false;

    // Made by an alias, a .forward or an :include: file.
    [[nodiscard]] bool is_member() const { return !alias_of.empty(); }

    // Result of the last attempt.
    Exit status = Exit::kOk;
    std::string dsn;          // "5.1.1"
    std::string status_text;  // "User unknown", for M lines and stat=
    std::string reply;        // what the next hop said: "550 5.1.1 no such user"
    std::string remote_mta;   // host that said it
    // The reply code of a verdict on the address as such: a file that may not be opened, a loop, a
    // $#error. No delivery failed then; 0: none.
    int refused_with = 0;
    std::int64_t last_attempt = 0;
    bool delay_reported = false;
    bool relayed_to_dsn_unaware = false;  // SUCCESS wanted, next hop has no DSN: Action relayed
};

// What is said of a recipient that routing refused: "F: line 2: nosuch... User unknown"; of a loop
// only that it is one. Without reply code.
[[nodiscard]] std::string complaint_of(const Recipient& recipient);
// The reply code of that: 550, 553, 554.
[[nodiscard]] int refusal_code(const Recipient& recipient);

}  // namespace sm
