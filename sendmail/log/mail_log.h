// The log lines that operators and their scripts parse: one function per kind of line; nobody else
// formats "from=" or "stat=". Each line names its LogLevel (operations guide 4.8, and what the
// reference program was seen to do); nothing is formatted when the level is too low.
// Arguments may come from outside: they are made printable and cut here.
// `id` is the queue id; "" becomes NOQUEUE. `relay` is "name [address]", "[address]" or
// "user@localhost".
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/exit_status.h"

namespace sm {

// A message was accepted (or its transaction ended with recipients but without data).
struct ReceivedLine {
    std::string id;
    std::string sender;  // envelope form
    std::int64_t size = 0;
    int message_class = 0;
    std::size_t recipients = 0;
    std::string message_id;  // "": no msgid=
    std::string body_type;   // "": no bodytype=
    std::string protocol;    // "": no proto= (local submission)
    std::string daemon;      // "": no daemon=
    std::string relay;
};
// "<id>: from=<a@x>, size=18, class=0, nrcpts=3, msgid=<M>, ..., relay=...". Level 5.
void log_received(const ReceivedLine& line);

// What happened to recipients that were tried together, or to one of them.
struct DeliveryLine {
    std::string id;
    std::vector<std::string> recipients;
    std::string controller;                           // behind ctladdr=: "<a@b> (1/1)"; "": none
    std::int64_t delay = 0;                           // seconds since the message came
    std::optional<std::int64_t> transaction_delay{};  // xdelay=; absent: not tried
    std::string mailer;                               // "": no mailer=
    std::int64_t priority = 0;
    std::string relay;        // "": no relay=
    std::string dsn;          // "": no dsn=
    std::string reply;        // "": no reply=
    std::string quarantine;   // "": no quarantine=
    std::string status_text;  // behind stat=
    std::string extra;        // "key=value, key=value" at the end of the line; "" none
};
// "<id>: to=..., delay=..., xdelay=..., mailer=..., pri=..., relay=..., dsn=..., reply=...,
// stat=...". A long list of recipients is spread over several lines, "[more]" at the cut.
// Level: 8 for kOk, 7 for a permanent failure, 9 for the rest.
void log_delivery(const DeliveryLine& line, Exit status);
// The same line for recipients that were not tried: stat=queued (9), quarantined (9), discarded
// (10), RSET and "aborted by sender" (11).
void log_not_tried(const DeliveryLine& line);

// "<id>: alias <a@b> => daemon, games". Level 11.
void log_alias(std::string_view id, std::string_view from, std::string_view to);
// The same for a line of the .forward of the user `from`: "<id>: forward user => members".
void log_forward(std::string_view id, std::string_view from, std::string_view to);
// "<id>: SMTP outgoing connect on HOST". Level 12.
void log_outgoing_connect(std::string_view id, std::string_view local_name);
// "<id>: done; delay=00:00:00, ntries=1". Level 10.
void log_done(std::string_view id, std::int64_t delay, int attempts);
// "<id>: <dsn-id>: DSN: User unknown", "...: sender notify: Warning: ...", "...: return to sender:
// ...". Level 6.
void log_bounce(std::string_view id, std::string_view dsn_id, std::string_view what);

// "<id>: <a@b>... User unknown". Level 4, notice.
void log_user_error(std::string_view id, std::string_view address, std::string_view text);
// The same of an address and where it stands: "F: line 2: nosuch... User unknown".
void log_user_error(std::string_view id, std::string_view complaint);
// "<id>: SYSERR(user): text". Level 0, critical.
void log_system_error(std::string_view id, std::string_view user, std::string_view text);
// A decision of a ruleset: "ruleset=check_mail, arg1=..., arg2=..., relay=..., RESULT". Level 4,
// notice. id "": the line begins with "ruleset=" (checks before a transaction).
struct RulesetLine {
    std::string id;
    std::string ruleset;
    std::string arg1;
    std::string arg2;  // "": no arg2=
    std::string relay;
    std::string result;  // "reject=550 5.7.1 ...", "discard", "quarantine=reason"
};
void log_ruleset(const RulesetLine& line);

// Sessions.
// "NOQUEUE: connect from localhost [127.0.0.1]". Level 10.
void log_connect(std::string_view relay);
// "<id>: RELAY did not issue MAIL/EXPN/VRFY/ETRN during connection to DAEMON". Level 6.
void log_no_transaction(std::string_view id, std::string_view relay, std::string_view daemon);
// "<id>: lost input channel from RELAY to DAEMON after PHASE". Level 2, notice.
void log_lost_channel(std::string_view id, std::string_view relay, std::string_view daemon,
                      std::string_view phase);
// "<id>: RELAY: possible SMTP attack: command=HELO/EHLO, count=3". Level 5.
void log_attack(std::string_view id, std::string_view relay, std::string_view command, int count);
// "<id>: RELAY: VRFY daemon" (EXPN, ETRN). Level 6.
void log_inquiry(std::string_view id, std::string_view relay, std::string_view command,
                 std::string_view argument);
// "<id>: collect: relay=HOST, from=<a@b>, info=..., where=body, status=tempfail"; where and status
// may be "". Level 1, notice.
void log_collect_problem(std::string_view id, std::string_view host, std::string_view sender,
                         std::string_view info, std::string_view where, std::string_view status);
// Any other line about a job or session of level `level`: "<id>: text", priority info.
void log_note(int level, std::string_view id, std::string_view text);

// The queue on disk.
// "<id>: SYSERR(root): readqf: ...". Level 0, critical.
void log_queue_file_problem(std::string_view id, std::string_view why);
// "<id>: Losing ./qfID: why". Level 0, alert.
void log_queue_file_lost(std::string_view id, std::string_view name, std::string_view why);
// "runqueue: Skipping queue run -- load average too high". Level 9.
void log_queue_run_skipped();
// "<id>: Saved message in PATH". Level 0, notice.
void log_dead_letter(std::string_view id, std::string_view path);
// "<id>: bogus queue file, uid=0, gid=0, mode=100666". Level 0, alert.
void log_bogus_queue_file(std::string_view id, uid_t uid, gid_t gid, mode_t mode);
// "queue directory D failed: why". Level 0, critical.
void log_queue_directory_failed(std::string_view directory, std::string_view why);

}  // namespace sm
