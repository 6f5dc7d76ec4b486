// DATA: reading the message, judging it, and making it a durable job of the queue.
#include <cerrno>

#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/envelope/message_headers.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/collect.h"
#include "sendmail/server/header_checks.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

Reply try_again() {
    return make_reply(451, "4.3.0", "Please try again later");
}

}  // namespace

std::optional<Reply> ServerSession::data_allowed() {
    if (!have_sender_) return make_reply(503, "5.0.0", "Need MAIL command");
    if (envelope_.recipients.empty()) return make_reply(503, "5.0.0", "Need RCPT (recipient)");
    if (features_.wait_for_replies && client_.is_network && connection_.input_pending()) {
        return closing(make_reply(554, "5.5.0", "SMTP protocol error"));
    }
    return run_check("check_data", {cat(envelope_.recipients.size())}, "");
}

void ServerSession::add_warning(std::string text) {
    log_note(5, log_id(), cat("Authentication-Warning: ", macros_.get("j"), ": ", text));
    warnings_.push_back(cat(" ", macros_.get("j"), ": ", text));
}

void ServerSession::log_received(std::int64_t size) {
    ReceivedLine line;
    line.id = log_id();
    line.sender = envelope_.sender;
    line.size = size;
    line.message_class = envelope_.message_class;
    line.recipients = envelope_.recipients.size();
    line.message_id = envelope_.message_id;
    line.body_type = envelope_.body_type;
    line.protocol = macros_.get("r");
    line.daemon = daemon_.name;
    line.relay = client_.relay();
    sm::log_received(line);
}

// A message that did not come through to its end: log lines and the reply.
Reply ServerSession::collect_failed(const CollectResult& result) {
    const std::string where = result.in_body ? "body" : "header";
    const std::string id = log_id();
    std::string info;
    Reply reply = no_reply();
    switch (result.end) {
        case CollectResult::End::kBareLineFeed:
            info = "Bare linefeed (LF) not allowed";
            reply = make_reply(421, "4.5.0", info);
            break;
        case CollectResult::End::kBareCarriageReturn:
            info = "Bare carriage return (CR) not allowed";
            reply = make_reply(421, "4.5.0", info);
            break;
        case CollectResult::End::kTimeout:
            info = "timeout";
            reply =
                make_reply(421, "4.4.1", cat("timeout waiting for input during message collect"));
            break;
        case CollectResult::End::kShutdown:
            info = "shutdown";
            reply = make_reply(421, "4.3.2", cat(macros_.get("j"), " server shutting down"));
            break;
        default:
            info = "unexpected close";
            log_at(2, LogPriority::kWarning, cat(id, ": collect: premature EOM: ", info));
            reply = make_reply(
                421, "4.4.1",
                cat("collect: relay=", client_.name, ", from=", envelope_.sender, ", info=", info));
    }
    const bool refused = result.end == CollectResult::End::kBareLineFeed ||
                         result.end == CollectResult::End::kBareCarriageReturn;
    log_collect_problem(id, client_.name, envelope_.sender, info, refused ? where : "",
                        refused ? "tempfail" : "");
    envelope_.macros.set("msg_size", cat(result.size));
    log_received(result.size);
    return closing(std::move(reply));
}

std::optional<Reply> ServerSession::check_headers() {
    std::optional<Reply> refusal;
    check_header_fields(config_, envelope_,
                        [&](const CheckVerdict& verdict, const std::string& ruleset,
                            const std::vector<std::string>& arguments) {
                            refusal = judge(verdict, ruleset, arguments, "");
                            return !refusal.has_value();
                        });
    return refusal;
}

// Everything that may still refuse a message that was read completely.
std::optional<Reply> ServerSession::check_message(CollectResult& result) {
    if (result.write_failed) {
        log_client(0, LogPriority::kAlert, cat("collect: ", result.error.text));
        const bool full = result.error.sys_errno == ENOSPC;
        return full ? make_reply(452, "4.4.5", "Out of disk space for temp file") : try_again();
    }
    if (result.headers_too_large) {
        log_client(0, LogPriority::kNotice,
                   cat("headers too large (", config_.options.max_headers_length, " max) from ",
                       client_.name, " during message collect"));
        return make_reply(552, "5.6.0",
                          cat("Headers too large (", config_.options.max_headers_length, " max)"));
    }
    if (result.too_large) {
        log_client(6, LogPriority::kNotice,
                   cat("message size (", result.size, ") exceeds maximum (",
                       config_.options.max_message_size, ")"));
        return make_reply(
            552, "5.2.3",
            cat("Message exceeds maximum fixed size (", config_.options.max_message_size, ")"));
    }
    if (result.has_nul && config_.options.reject_nul) {
        return make_reply(554, "5.6.0", "NUL byte not allowed");
    }
    const auto fields = result.scan.fields(result.header_text);
    envelope_.headers = message_fields(fields);
    envelope_.message_size = result.size;
    if (auto refusal = check_headers()) return refusal;
    return run_check("check_eoh", {cat(fields.size()), cat(result.header_octets)}, "");
}

// The job is on disk when this says 250 (DESIGN section 5).
Reply ServerSession::commit() {
    const Options& options = config_.options;
    const DeliveryMode mode = delivery_mode();
    const std::string id = log_id();
    const Reply accepted = make_reply(250, "2.0.0", cat(id, " Message accepted for delivery"));
    if (discard_) {
        DeliveryLine line;
        line.id = id;
        for (const Recipient& each : envelope_.recipients) line.recipients.push_back(each.address);
        line.delay = services_.clock.now() - envelope_.created;
        line.priority = initial_priority(envelope_, options);
        line.status_text = "discarded";
        log_not_tried(line);
        services_.store.abandon(envelope_);
        return accepted;
    }
    const bool quarantined = !envelope_.quarantine_reason.empty();
    envelope_.priority = initial_priority(envelope_, options);
    const bool flush =
        options.super_safe == SuperSafe::kYes || options.super_safe == SuperSafe::kPostMilter ||
        (options.super_safe == SuperSafe::kInteractive && mode != DeliveryMode::kInteractive);
    auto job = services_.store.commit(std::move(envelope_), flush);
    if (!job.ok()) {
        log_at(0, LogPriority::kAlert, cat(id, ": cannot queue the message: ", job.error().text));
        return try_again();
    }
    const bool loaded =
        waits_for_load(options, daemon_.queue_la, job->envelope.priority, load_average());
    if (quarantined || loaded || mode == DeliveryMode::kQueue || mode == DeliveryMode::kDefer) {
        return accepted;
    }
    if (mode == DeliveryMode::kInteractive) {
        const bool loud = verbose_;
        const auto say = [this, loud](std::string_view line) {
            if (loud) send(make_reply(50, "", std::string(line)));
        };
        static_cast<void>(services_.outlet.deliver_now(std::move(*job), DeliveryWatch{say}));
        return accepted;
    }
    pending_job_.emplace(std::move(*job));
    return accepted;
}

Reply ServerSession::cmd_data(std::string_view /*argument*/) {
    if (auto refusal = data_allowed()) return *refusal;
    if (const Status begun = services_.store.begin(envelope_); !begun.ok()) {
        log_at(0, LogPriority::kAlert, cat(log_id(), ": queue: ", begun.error().text));
        return make_reply(452, "4.3.0", "Cannot create the queue file; try again later");
    }
    envelope_.macros.set("i", envelope_.id.str());
    set_title("DATA");
    send(make_reply(354, "", "End data with <CR><LF>.<CR><LF>"));
    CollectLimits limits;
    limits.max_message = config_.options.max_message_size;
    limits.max_headers = config_.options.max_headers_length;
    limits.save_from_line = config_.options.save_from_line;
    limits.timeout = config_.options.timeouts.datablock;
    CollectResult result = collect_smtp(connection_, features_.lines, limits, envelope_);
    if (result.end != CollectResult::End::kComplete) {
        Reply reply = collect_failed(result);
        services_.store.abandon(envelope_);
        start_envelope();
        return reply;
    }
    std::optional<Reply> refusal = check_message(result);
    if (!refusal) {
        apply_message_fields(config_, envelope_);
        std::vector<HeaderField> extra;
        for (const std::string& warning : warnings_) {
            HeaderField field;
            field.name = "X-Authentication-Warning";
            field.value = warning;
            extra.push_back(std::move(field));
        }
        add_configured_fields(config_, envelope_, extra);
    }
    envelope_.macros.set("msg_size", cat(result.size));
    log_received(result.size);
    if (!refusal) refusal = run_check("check_eom", {cat(result.size)}, "");
    if (refusal) {
        services_.store.abandon(envelope_);
        start_envelope();
        return *refusal;
    }
    Reply reply = commit();
    start_envelope();
    return reply;
}

}  // namespace sm
