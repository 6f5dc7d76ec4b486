#include "libmail/dsn_report.h"

#include <array>

#include "libmail/date.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kHeadline = "   ----- ";

struct Section {
    std::array<DsnAction, 3> actions;
    std::string_view headline;
};

constexpr std::array kSections = {
    Section{{DsnAction::kFailed, DsnAction::kFailed, DsnAction::kFailed},
            "The following addresses had permanent fatal errors"},
    Section{{DsnAction::kDelayed, DsnAction::kDelayed, DsnAction::kDelayed},
            "The following addresses had transient non-fatal errors"},
    Section{{DsnAction::kDelivered, DsnAction::kRelayed, DsnAction::kExpanded},
            "The following addresses had successful delivery notifications"},
};

bool has_action(const Section& section, DsnAction action) {
    for (const DsnAction known : section.actions) {
        if (known == action) return true;
    }
    return false;
}

std::string_view success_words(const DsnRecipient& recipient) {
    switch (recipient.action) {
        case DsnAction::kRelayed:
            return "  (relayed to non-DSN-aware mailer)";
        case DsnAction::kExpanded:
            return "  (expanded by mailing list)";
        default:
            return recipient.to_mailbox ? "  (successfully delivered to mailbox)"
                                        : "  (successfully delivered)";
    }
}

std::string action_word(const DsnRecipient& recipient) {
    switch (recipient.action) {
        case DsnAction::kFailed:
            return "failed";
        case DsnAction::kDelayed:
            return "delayed";
        case DsnAction::kRelayed:
            return "relayed (to non-DSN-aware mailer)";
        case DsnAction::kExpanded:
            return "expanded (to multi-recipient alias)";
        case DsnAction::kDelivered:
            break;
    }
    return recipient.to_mailbox ? "delivered (to mailbox)" : "delivered";
}

void append_recipient_lines(std::string& out, const DsnRecipient& recipient) {
    const bool success =
        recipient.action != DsnAction::kFailed && recipient.action != DsnAction::kDelayed;
    append(out, recipient.address, success ? success_words(recipient) : std::string_view(), '\n');
    if (!success && !recipient.reason.empty()) {
        append(out, "    (reason: ", printable(recipient.reason, 400), ")\n");
    }
    if (!recipient.alias_of.empty()) append(out, "    (expanded from: ", recipient.alias_of, ")\n");
}

std::string text_part(const DsnReport& report) {
    std::string out = report.introduction;
    if (!report.warning_span.empty()) {
        out +=
            "    **********************************************\n"
            "    **      THIS IS A WARNING MESSAGE ONLY      **\n"
            "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n"
            "    **********************************************\n\n";
    }
    append(out, "The original message was received at ", rfc822_date(report.arrival), '\n');
    if (!report.received_from_shown.empty()) append(out, "from ", report.received_from_shown, '\n');
    if (!report.original_id.empty()) append(out, "with id ", report.original_id, '\n');
    for (const Section& section : kSections) {
        bool open = false;
        for (const DsnRecipient& recipient : report.recipients) {
            if (!has_action(section, recipient.action)) continue;
            if (!open) append(out, '\n', kHeadline, section.headline, " -----\n");
            open = true;
            append_recipient_lines(out, recipient);
        }
    }
    if (!report.transcript.empty()) {
        append(out, '\n', kHeadline, "Transcript of session follows -----\n", report.transcript);
    }
    if (!report.warning_span.empty()) {
        append(out, "Warning: message still undelivered after ", report.warning_span,
               "\nWill keep trying until message is ", report.return_span, " old\n");
    }
    return out;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) append(out, name, ": ", value, '\n');
}

std::string status_part(const DsnReport& report) {
    std::string out;
    append_field(out, "Original-Envelope-Id", report.envelope_id);
    append(out, "Reporting-MTA: dns; ", report.reporting_mta, '\n');
    if (!report.received_from.empty()) {
        append(out, "Received-From-MTA: DNS; ", report.received_from, '\n');
    }
    append(out, "Arrival-Date: ", rfc822_date(report.arrival), '\n');
    for (const DsnRecipient& recipient : report.recipients) {
        out += '\n';
        append_field(out, "Original-Recipient", recipient.original_recipient);
        append_field(out, "Final-Recipient", recipient.final_recipient);
        append_field(out, "X-Actual-Recipient", recipient.actual_recipient);
        append_field(out, "Action", action_word(recipient));
        append_field(out, "Status", recipient.status);
        if (!recipient.remote_mta.empty()) {
            append(out, "Remote-MTA: DNS; ", recipient.remote_mta, '\n');
        }
        append_field(out, "Diagnostic-Code", recipient.diagnostic);
        if (recipient.last_attempt != 0) {
            append_field(out, "Last-Attempt-Date", rfc822_date(recipient.last_attempt));
        }
        if (recipient.action == DsnAction::kDelayed && recipient.retry_until != 0) {
            append_field(out, "Will-Retry-Until", rfc822_date(recipient.retry_until));
        }
    }
    return out;
}

}  // namespace

std::string dsn_content_type(const DsnReport& report) {
    return cat("multipart/report; report-type=delivery-status;\n\tboundary=\"", report.boundary,
               '"');
}

Status write_dsn_body(const DsnReport& report, const TextSink& write,
                      const std::function<Status(const TextSink&)>& original) {
    const std::string line = cat("--", report.boundary);
    SM_CHECK_OK(
        write(cat("This is a MIME-encapsulated message\n\n", line, "\n\n", text_part(report), '\n',
                  line, "\nContent-Type: message/delivery-status\n\n", status_part(report), '\n')));
    if (report.with_original) {
        SM_CHECK_OK(
            write(cat(line, "\nContent-Type: ",
                      report.headers_only ? "text/rfc822-headers" : "message/rfc822", "\n\n")));
        SM_CHECK_OK(original(write));
        SM_CHECK_OK(write("\n"));
    }
    return write(cat(line, "--\n\n"));
}

}  // namespace sm
