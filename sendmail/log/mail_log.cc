#include "sendmail/log/mail_log.h"

#include <array>
#include <charconv>
#include <chrono>

#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// Cuts of the reference program.
constexpr std::size_t kMaxSender = 200;
constexpr std::size_t kMaxMessageId = 100;
constexpr std::size_t kMaxRelay = 300;
constexpr std::size_t kMaxText = 500;
constexpr std::size_t kMaxAddress = 250;
// A to= list and what follows it share this many octets.
constexpr std::size_t kMaxDeliveryLine = 924;

bool wanted(int level) {
    return level <= log_level();
}

// Made printable; cut without a mark.
std::string shown(std::string_view text, std::size_t max) {
    return printable(text.substr(0, max), 4 * max);
}

// The same for what may hold addresses: a backslash of theirs is not the one of an octal number.
std::string shown_address(std::string_view text, std::size_t max) {
    std::string doubled;
    for (const char c : text.substr(0, max)) {
        if (c == '\t') {
            doubled += "\\t";
            continue;
        }
        if (c == '\\') doubled += c;
        doubled += c;
    }
    return shown(doubled, 2 * max);
}

std::string_view name_of(std::string_view id) {
    return id.empty() ? "NOQUEUE" : id;
}

std::string span_text(std::int64_t seconds) {
    return format_timespan(std::chrono::seconds(seconds < 0 ? 0 : seconds));
}

void field(std::string& out, std::string_view key, std::string_view value, std::size_t max) {
    if (!value.empty()) append(out, ", ", key, '=', shown(value, max));
}

void write_line(LogPriority priority, std::string_view id, std::string_view text) {
    log_message(priority, cat(name_of(id), ": ", text));
}

// What follows the list of recipients.
std::string delivery_tail(const DeliveryLine& line) {
    std::string out;
    field(out, "ctladdr", line.controller, kMaxText);
    append(out, ", delay=", span_text(line.delay));
    if (line.transaction_delay) append(out, ", xdelay=", span_text(*line.transaction_delay));
    field(out, "mailer", line.mailer, kMaxText);
    append(out, ", pri=", line.priority);
    field(out, "relay", line.relay, kMaxRelay);
    field(out, "dsn", line.dsn, kMaxText);
    field(out, "reply", line.reply, kMaxText);
    field(out, "quarantine", line.quarantine, kMaxText);
    append(out, ", stat=", shown(line.status_text, kMaxText));
    if (!line.extra.empty()) append(out, ", ", shown(line.extra, kMaxText));
    return out;
}

void write_delivery(const DeliveryLine& line) {
    const std::string tail = delivery_tail(line);
    const std::size_t budget = tail.size() < kMaxDeliveryLine ? kMaxDeliveryLine - tail.size() : 0;
    std::string list;
    for (const std::string& recipient : line.recipients) {
        const std::string address = shown_address(recipient, kMaxAddress);
        if (!list.empty() && list.size() + 1 + address.size() > budget) {
            write_line(LogPriority::kInfo, line.id, cat("to=", list, ", [more]", tail));
            list.clear();
        }
        if (!list.empty()) list += ',';
        list += address;
    }
    write_line(LogPriority::kInfo, line.id, cat("to=", list, tail));
}

}  // namespace

void log_received(const ReceivedLine& line) {
    if (!wanted(5)) return;
    std::string out = cat("from=", shown(line.sender, kMaxSender), ", size=", line.size,
                          ", class=", line.message_class, ", nrcpts=", line.recipients);
    field(out, "msgid", line.message_id, kMaxMessageId);
    field(out, "bodytype", line.body_type, kMaxText);
    field(out, "proto", line.protocol, kMaxText);
    field(out, "daemon", line.daemon, kMaxText);
    field(out, "relay", line.relay, kMaxRelay);
    write_line(LogPriority::kInfo, line.id, out);
}

void log_delivery(const DeliveryLine& line, Exit status) {
    const int level = status == Exit::kOk ? 8 : (is_temporary(status) ? 9 : 7);
    if (wanted(level)) write_delivery(line);
}

void log_not_tried(const DeliveryLine& line) {
    int level = 11;
    if (line.status_text == "queued" || line.status_text == "quarantined") level = 9;
    if (line.status_text == "discarded") level = 10;
    if (wanted(level)) write_delivery(line);
}

void log_alias(std::string_view id, std::string_view from, std::string_view to) {
    if (!wanted(11)) return;
    write_line(
        LogPriority::kInfo, id,
        cat("alias ", shown_address(from, kMaxAddress), " => ", shown_address(to, kMaxText)));
}

void log_forward(std::string_view id, std::string_view from, std::string_view to) {
    if (!wanted(10)) return;
    write_line(
        LogPriority::kInfo, id,
        cat("forward ", shown_address(from, kMaxAddress), " => ", shown_address(to, kMaxText)));
}

void log_outgoing_connect(std::string_view id, std::string_view local_name) {
    if (!wanted(12)) return;
    write_line(LogPriority::kInfo, id,
               cat("SMTP outgoing connect on ", shown(local_name, kMaxText)));
}

void log_done(std::string_view id, std::int64_t delay, int attempts) {
    if (!wanted(10)) return;
    write_line(LogPriority::kInfo, id,
               cat("done; delay=", span_text(delay), ", ntries=", attempts));
}

void log_bounce(std::string_view id, std::string_view dsn_id, std::string_view what) {
    if (!wanted(6)) return;
    write_line(LogPriority::kInfo, id, cat(dsn_id, ": ", shown(what, kMaxText)));
}

void log_user_error(std::string_view id, std::string_view address, std::string_view text) {
    if (!wanted(4)) return;
    write_line(LogPriority::kNotice, id,
               cat(shown_address(address, kMaxAddress), "... ", shown(text, kMaxText)));
}

void log_user_error(std::string_view id, std::string_view complaint) {
    if (wanted(4)) write_line(LogPriority::kNotice, id, shown_address(complaint, kMaxText));
}

void log_system_error(std::string_view id, std::string_view user, std::string_view text) {
    write_line(LogPriority::kCritical, id,
               cat("SYSERR(", shown(user, kMaxText), "): ", shown(text, kMaxText)));
}

void log_ruleset(const RulesetLine& line) {
    if (!wanted(4)) return;
    std::string out = cat("ruleset=", line.ruleset, ", arg1=", shown(line.arg1, kMaxAddress));
    field(out, "arg2", line.arg2, kMaxAddress);
    field(out, "relay", line.relay, kMaxRelay);
    append(out, ", ", shown(line.result, kMaxText));
    log_message(LogPriority::kNotice, line.id.empty() ? out : cat(line.id, ": ", out));
}

void log_connect(std::string_view relay) {
    if (wanted(10)) {
        write_line(LogPriority::kInfo, {}, cat("connect from ", shown(relay, kMaxRelay)));
    }
}

void log_no_transaction(std::string_view id, std::string_view relay, std::string_view daemon) {
    if (!wanted(6)) return;
    write_line(
        LogPriority::kInfo, id,
        cat(shown(relay, kMaxRelay), " did not issue MAIL/EXPN/VRFY/ETRN during connection to ",
            shown(daemon, kMaxText)));
}

void log_lost_channel(std::string_view id, std::string_view relay, std::string_view daemon,
                      std::string_view phase) {
    if (!wanted(2)) return;
    write_line(LogPriority::kNotice, id,
               cat("lost input channel from ", shown(relay, kMaxRelay), " to ",
                   shown(daemon, kMaxText), " after ", shown(phase, kMaxText)));
}

void log_attack(std::string_view id, std::string_view relay, std::string_view command, int count) {
    if (!wanted(5)) return;
    write_line(LogPriority::kInfo, id,
               cat(shown(relay, kMaxRelay), ": possible SMTP attack: command=",
                   shown(command, kMaxText), ", count=", count));
}

void log_inquiry(std::string_view id, std::string_view relay, std::string_view command,
                 std::string_view argument) {
    if (!wanted(6)) return;
    write_line(LogPriority::kInfo, id,
               cat(shown(relay, kMaxRelay), ": ", command, ' ', shown(argument, kMaxAddress)));
}

void log_collect_problem(std::string_view id, std::string_view host, std::string_view sender,
                         std::string_view info, std::string_view where, std::string_view status) {
    if (!wanted(1)) return;
    std::string out = cat("collect: relay=", shown(host, kMaxRelay),
                          ", from=", shown(sender, kMaxSender), ", info=", shown(info, kMaxText));
    field(out, "where", where, kMaxText);
    field(out, "status", status, kMaxText);
    write_line(LogPriority::kNotice, id, out);
}

void log_note(int level, std::string_view id, std::string_view text) {
    if (wanted(level)) write_line(LogPriority::kInfo, id, shown(text, kMaxText));
}

void log_queue_file_problem(std::string_view id, std::string_view why) {
    log_system_error(id, "root", why);
}

void log_queue_file_lost(std::string_view id, std::string_view name, std::string_view why) {
    write_line(LogPriority::kAlert, id, cat("Losing ./", name, ": ", shown(why, kMaxText)));
}

void log_queue_run_skipped() {
    log_at(9, LogPriority::kInfo, "runqueue: Skipping queue run -- load average too high");
}

void log_dead_letter(std::string_view id, std::string_view path) {
    write_line(LogPriority::kNotice, id, cat("Saved message in ", shown(path, kMaxText)));
}

void log_bogus_queue_file(std::string_view id, uid_t uid, gid_t gid, mode_t mode) {
    std::array<char, 16> octal{};
    const auto end = std::to_chars(octal.data(), octal.data() + octal.size(), mode, 8).ptr;
    write_line(LogPriority::kAlert, id,
               cat("bogus queue file, uid=", uid, ", gid=", gid,
                   ", mode=", std::string_view(octal.data(), end)));
}

void log_queue_directory_failed(std::string_view directory, std::string_view why) {
    log_message(LogPriority::kCritical, cat("queue directory ", shown(directory, kMaxText),
                                            " failed: ", shown(why, kMaxText)));
}

}  // namespace sm
