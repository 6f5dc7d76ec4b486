#include "sendmail/bounce/return_mail.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "libcf/class_table.h"
#include "libcf/file_safety.h"
#include "libmail/date.h"
#include "libmail/dsn_report.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "sendmail/bounce/report_recipient.h"
#include "sendmail/deliver/header_output.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/envelope/message_headers.h"

namespace sm {
namespace {

using Kind = ReturnRequest::Kind;

constexpr std::string_view kNullSender = "<>";
constexpr std::chrono::minutes kRewriteTime{5};

bool wants(const Recipient& recipient, Kind kind) {
    switch (kind) {
        case Kind::kFailure:
            return recipient.notify.failure;
        case Kind::kDelay:
            return recipient.notify.delay;
        case Kind::kReceipt:
            return recipient.notify.success;
    }
    return false;
}

std::string_view subject_of(Kind kind, bool to_postmaster) {
    if (to_postmaster) return "Postmaster notify: see transcript for details";
    if (kind == Kind::kReceipt) return "Return receipt";
    return "Returned mail: see transcript for details";
}

std::string_view automatic_kind(Kind kind, bool to_postmaster) {
    if (to_postmaster) return "postmaster-notification";
    if (kind == Kind::kReceipt) return "return-receipt";
    return kind == Kind::kDelay ? "warning-timeout" : "failure";
}

void add_field(Envelope& envelope, std::string_view name, std::string_view value) {
    HeaderField field;
    field.name = name;
    field.value = cat(" ", value);
    field.from_message = true;
    envelope.headers.append(std::move(field));
}

// The envelope of the report, without its body.
Envelope make_envelope(const AgentContext& context, const std::vector<std::string>& to) {
    const Config& config = context.config;
    const std::int64_t now = context.clock.now();
    Envelope out;
    out.macros.set_parent(&config.macros);
    out.sender = kNullSender;
    out.is_response = true;
    out.created = now;
    out.queue_group = "mqueue";
    for (const std::string& address : to) {
        Recipient recipient;
        recipient.address = address;
        recipient.notify.delay = false;
        out.recipients.push_back(std::move(recipient));
    }
    out.macros.set("s", "localhost");
    out.macros.set("_", "localhost");
    out.macros.hide("r");
    out.macros.set("b", rfc822_date(now));
    out.macros.set("a", rfc822_date(now));
    out.macros.set("d", ctime_date(now));
    out.macros.set("t", utc_stamp(now));
    out.macros.set("f", "");
    for (const std::string& address : to) add_field(out, "To", address);
    return out;
}

void add_headers(Envelope& report, const ReturnRequest& request, const DsnReport& text,
                 const AgentContext& context, bool to_postmaster) {
    const Config& config = context.config;
    add_field(report, "MIME-Version", "1.0");
    add_field(report, "Content-Type", dsn_content_type(text));
    std::string subject(subject_of(request.kind, to_postmaster));
    if (request.kind == Kind::kDelay && !to_postmaster) {
        subject = cat("Warning: could not send message for past ", text.warning_span);
    }
    add_field(report, "Subject", subject);
    add_field(report, "Auto-Submitted",
              cat("auto-generated (", automatic_kind(request.kind, to_postmaster), ')'));
    add_configured_fields(config, report, {});
    HeaderField from;
    from.name = "From";
    from.value = cat(" Mail Delivery Subsystem <", config.macros.get("n"), '>');
    from.from_message = true;
    std::vector<HeaderField>& fields = report.headers.fields();
    std::size_t at = 0;
    while (at < fields.size() && !iequals(fields[at].name, "Message-Id") &&
           !iequals(fields[at].name, "To")) {
        ++at;
    }
    report.headers.insert(at, std::move(from));
}

DsnReport make_report(const ReturnRequest& request, const std::vector<const Recipient*>& told,
                      const Envelope& report, const AgentContext& context, bool headers_only) {
    const Config& config = context.config;
    const Envelope& original = request.original;
    DsnReport out;
    out.boundary = cat(report.id.str(), '.', report.created, '/', config.macros.get("j"));
    out.reporting_mta = config.macros.get("j");
    out.received_from_shown = original.macros.get("_");
    std::string_view name = out.received_from_shown;
    // Without an address it is a user of this host.
    if (name.find('[') != std::string_view::npos) out.received_from = std::string(next_word(name));
    if (const std::size_t at = out.received_from.find('@'); at != std::string::npos) {
        out.received_from.erase(0, at + 1);
    }
    out.envelope_id = printable(original.envid, 200);
    out.arrival = original.created;
    out.transcript = request.transcript;
    out.headers_only = headers_only;
    const std::string& prefix = config.options.error_header;
    if (!prefix.empty() && prefix.front() == '/') {
        out.introduction = read_support_file(config, FileKind::kErrorHeader, 1U << 20).value_or("");
    } else if (!prefix.empty()) {
        out.introduction = cat(expand_macros(prefix, original.macros), "\n\n");
    }
    if (request.kind == Kind::kDelay) {
        const std::int64_t age = context.clock.now() - original.created;
        out.warning_span = describe_timespan(std::chrono::seconds(age - age % 3600));
        if (age < 3600) out.warning_span = describe_timespan(std::chrono::seconds(age));
        out.return_span = describe_timespan(std::chrono::seconds(request.return_after));
    }
    for (const Recipient* recipient : told) {
        out.recipients.push_back(
            describe_recipient(*recipient, request.kind, config, context.clock.now()));
        if (request.kind == Kind::kDelay) {
            out.recipients.back().retry_until = original.created + request.return_after;
        }
    }
    return out;
}

// The body of the original, through the descriptor that the holder of the job has open.
Status copy_body(const Envelope& original, const TextSink& write) {
    std::string buffer(65536, '\0');
    std::int64_t at = 0;
    while (original.body_fd.valid()) {
        const ssize_t count = ::pread(original.body_fd.get(), buffer.data(), buffer.size(), at);
        if (count == 0) break;
        if (count < 0) {
            if (errno == EINTR) continue;
            return os_error("body file", errno);
        }
        SM_CHECK_OK(write(std::string_view(buffer).substr(0, static_cast<std::size_t>(count))));
        at += count;
    }
    return {};
}

// Writes the body of the report into its body file.
Status write_body(const DsnReport& text, const Envelope& original, Envelope& report,
                  const AgentContext& context) {
    Rewriter rewriter(context.config, report.macros);
    const ParsedAddress to =
        parse_address(rewriter, report.recipients.front().address, AddressRole::kEnvelopeRecipient,
                      Deadline::in(kRewriteTime));
    const MailerSpec* mailer = to.ok() ? to.target.mailer : context.config.find_mailer("local");
    if (mailer == nullptr) return make_error(Exit::kConfig, "no local mailer");
    SM_TRY(const std::string headers, headers_for_mailer(original, *mailer, context));
    std::string pending;
    const TextSink write = [&](std::string_view piece) -> Status {
        report.body_size += static_cast<std::int64_t>(piece.size());
        pending += piece;
        if (pending.size() < 65536) return {};
        Status written = write_all(report.body_fd.get(), pending);
        pending.clear();
        return written;
    };
    SM_CHECK_OK(write_dsn_body(text, write, [&](const TextSink& sink) -> Status {
        SM_CHECK_OK(sink(headers));
        if (text.headers_only) return {};
        SM_CHECK_OK(sink("\n"));
        return copy_body(original, sink);
    }));
    return write_all(report.body_fd.get(), pending);
}

// What was said last: deliveries fail after addresses were refused.
std::string last_reason(const std::vector<const Recipient*>& told) {
    const auto tried = std::find_if(told.rbegin(), told.rend(), [](const Recipient* one) {
        return ended_by_exit_status(*one) || !one->remote_mta.empty();
    });
    const Recipient& last = tried != told.rend() ? **tried : *told.back();
    return printable(last.refused_with != 0 ? complaint_of(last) : last.status_text, 200);
}

Result<QueueId> send_report(const ReturnRequest& request, const std::vector<const Recipient*>& told,
                            const std::vector<std::string>& to, bool to_postmaster, bool copy,
                            const AgentContext& context, MessageSink& sink) {
    const bool headers_only = request.kind != Kind::kFailure || copy ||
                              request.original.no_body_return ||
                              context.config.options.privacy.has(Privacy::kNobodyreturn);
    std::vector<std::string> addressees = to;
    // A program or rule found this host itself in disorder: its postmaster wants to know.
    const bool disorder = request.failure == Exit::kSoftware || request.failure == Exit::kConfig;
    if (request.kind == Kind::kFailure && !to_postmaster && disorder) {
        addressees.emplace_back("postmaster");
    }
    Envelope report = make_envelope(context, addressees);
    SM_CHECK_OK(sink.begin(report));
    report.macros.set("i", report.id.str());
    DsnReport text = make_report(request, told, report, context, headers_only);
    if (to_postmaster) text.original_id = request.original.id.str();
    add_headers(report, request, text, context, to_postmaster);
    SM_CHECK_OK(write_body(text, request.original, report, context));
    derive_from_headers(report, context.config);
    report.message_size = report.body_size + static_cast<std::int64_t>(report.headers.size());
    report.priority = initial_priority(report, context.config.options);
    return sink.submit(std::move(report));
}

// Whether `address` ("user@host") means the mailbox `wanted`, which may lack its local host.
bool same_mailbox(std::string_view address, std::string_view wanted, const Config& config) {
    if (iequals(address, wanted)) return true;
    const std::size_t at = address.rfind('@');
    return at != std::string_view::npos && wanted.find('@') == std::string_view::npos &&
           iequals(address.substr(0, at), wanted) &&
           config.classes().contains("w", address.substr(at + 1));
}

// One of the recipients is `address`, or was before aliases changed it.
bool went_to(const ReturnRequest& request, std::string_view address, const Config& config) {
    for (const Recipient* recipient : request.recipients) {
        std::string_view first = recipient->final_recipient;
        first.remove_prefix(std::min(first.size(), first.find(';') + 1));
        const std::array known = {bare(recipient->address), bare(recipient->alias_of),
                                  std::string(trim(first))};
        for (const std::string& name : known) {
            if (same_mailbox(name, bare(address), config)) return true;
        }
    }
    return false;
}

// UseErrorsTo: to whom failures go as well, or instead of nobody.
std::vector<std::string> errors_to(const ReturnRequest& request, const Config& config) {
    std::vector<std::string> out;
    if (!config.options.use_errors_to || request.kind != Kind::kFailure) return out;
    for (const HeaderField& field : request.original.headers.fields()) {
        if (!iequals(field.name, "Errors-To")) continue;
        for (const std::string_view address : split_address_list(field.value)) {
            const std::string text(trim(address));
            const auto is_same = [&](const std::string& other) {
                return same_mailbox(bare(other), bare(text), config);
            };
            if (text.empty() || is_same(request.original.sender)) continue;
            if (std::none_of(out.begin(), out.end(), is_same)) out.push_back(text);
        }
    }
    return out;
}

}  // namespace

Result<ReturnOutcome> return_mail(const ReturnRequest& request, const AgentContext& context,
                                  MessageSink& sink) {
    const Config& config = context.config;
    const Envelope& original = request.original;
    ReturnOutcome outcome;
    std::vector<const Recipient*> told;
    for (const Recipient* recipient : request.recipients) {
        if (wants(*recipient, request.kind)) told.push_back(recipient);
    }
    if (told.empty()) return outcome;
    std::vector<std::string> to = errors_to(request, config);
    bool to_postmaster = false;
    if (!bare(original.sender).empty() && original.sender != kNullSender) {
        to.insert(to.begin(), original.sender);
    } else if (to.empty()) {
        if (request.kind != Kind::kFailure) return outcome;
        to = {expand_macros(config.options.double_bounce_address, original.macros)};
        to_postmaster = true;
        if (to.front().empty()) return outcome;
        if (went_to(request, to.front(), config)) {
            outcome.nobody_left = true;
            return outcome;
        }
    }
    SM_TRY(QueueId id, send_report(request, told, to, to_postmaster, false, context, sink));
    outcome.id = std::move(id);
    const std::string reason = last_reason(told);
    outcome.subject_line =
        request.kind == Kind::kReceipt ? "DSN: Return receipt" : cat("DSN: ", reason);
    if (to_postmaster) outcome.subject_line = cat("postmaster notify: ", reason);
    const std::string copy_to = expand_macros(config.options.postmaster_copy, original.macros);
    if (request.kind == Kind::kFailure && !copy_to.empty() && original.message_class >= 0) {
        SM_TRY(outcome.copy_id, send_report(request, told, {copy_to}, true, true, context, sink));
        outcome.copy_line = cat("postmaster notify: ", reason);
    }
    return outcome;
}

}  // namespace sm
