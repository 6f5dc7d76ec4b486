#include "sendmail/runner/worker.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "libsm/parse_number.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"

namespace sm {
namespace {

// An expansion that asks slow maps ends somewhere; what is not routed by then is deferred.
constexpr std::chrono::minutes kRoutingTime{30};

bool is_open(const Recipient& recipient) {
    return recipient.state == Recipient::State::kQueued;
}

bool is_owed(const Recipient& recipient) {
    return is_open(recipient) || recipient.state == Recipient::State::kFailed;
}

bool is_special(std::string_view address) {
    return !address.empty() && (address[0] == '|' || address[0] == '/' || address[0] == ':' ||
                                address.starts_with("\"|"));
}

std::string shown_controller(const ControllingUser& user) {
    return cat(user.origin.empty() ? user.alias : user.origin, " (", user.uid, '/', user.gid, ')');
}

// Behind ctladdr=: who is responsible for a delivery that is not the recipient itself.
std::string controller_text(const Envelope& envelope, const Recipient& recipient) {
    if (recipient.controlling_user && !recipient.controlling_user->alias.empty() &&
        is_special(recipient.address) && recipient.controlling_user->alias != recipient.address) {
        return shown_controller(*recipient.controlling_user);
    }
    if (envelope.sender_account) return shown_controller(*envelope.sender_account);
    return {};
}

DeliveryLine line_for(const Envelope& envelope, const Recipient& recipient, std::int64_t now) {
    DeliveryLine line;
    line.id = envelope.id.str();
    line.recipients = {recipient.address};
    line.controller = controller_text(envelope, recipient);
    line.delay = now - envelope.created;
    if (recipient.target.mailer != nullptr) line.mailer = recipient.target.mailer->name;
    line.priority = envelope.priority;
    line.dsn = recipient.dsn;
    line.reply = recipient.reply;
    line.status_text = recipient.status_text;
    return line;
}

// While it lives, the envelope has the owner of a list as its sender (owner- aliases): for the
// members of that list, and for reports about them.
class OwnerScope {
  public:
    OwnerScope(Envelope& envelope, const std::string& owner, DeliveryParts& parts)
        : envelope_(envelope) {
        if (owner.empty()) return;
        saved_ = std::exchange(envelope_.sender, owner);
        account_ = std::exchange(envelope_.sender_account, parts.sender_account(envelope, owner));
    }
    ~OwnerScope() {
        if (!saved_) return;
        envelope_.sender = std::move(*saved_);
        envelope_.sender_account = std::move(account_);
    }
    OwnerScope(const OwnerScope&) = delete;
    OwnerScope& operator=(const OwnerScope&) = delete;

  private:
    Envelope& envelope_;
    std::optional<std::string> saved_{};
    std::optional<ControllingUser> account_{};
};

bool mailer_is_remote(const Recipient& recipient) {
    return recipient.target.mailer != nullptr && recipient.target.mailer->is_network();
}

void apply(Recipient& recipient, const DeliveryResult& result, bool soft_bounce, std::int64_t now) {
    recipient.status = result.status;
    recipient.dsn = result.dsn;
    recipient.status_text = result.text;
    recipient.reply = result.reply;
    recipient.remote_mta = result.remote_mta;
    recipient.last_attempt = now;
    if (result.status == Exit::kOk) {
        recipient.state = Recipient::State::kSent;
        recipient.relayed_to_dsn_unaware = mailer_is_remote(recipient) && !result.dsn_capable;
    } else if (!is_temporary(result.status) && !soft_bounce) {
        recipient.state = Recipient::State::kFailed;
    } else if (!is_temporary(result.status)) {
        recipient.status = Exit::kTempFail;
    }
}

}  // namespace

QueueTimes queue_times(const Envelope& envelope, const Options& options) {
    const auto pick = [&envelope](const Timeouts::PerPriority& times) {
        if (envelope.message_class > 0) return times.urgent.count();
        if (envelope.message_class < 0) return times.non_urgent.count();
        if (envelope.is_response) return times.dsn.count();
        return times.normal.count();
    };
    return {pick(options.timeouts.queuereturn), pick(options.timeouts.queuewarn)};
}

AttemptOutcome Worker::attempt(Job& job, const AttemptOptions& options) {
    outcome_ = {};
    notice_.clear();
    since_checkpoint_ = 0;
    given_up_ = false;
    unreturnable_ = false;
    report_failed_ = false;
    Envelope& envelope = job.envelope;
    set_process_title(cat("./", envelope.id.str(), " from queue"));
    ++envelope.attempts;
    envelope.last_attempt = clock_.now();
    if (options.queue_run) envelope.priority += config_.options.retry_factor;
    envelope.status_text.clear();
    parts_.begin_job(envelope);
    if (envelope.hop_count > config_.options.max_hop_count) {
        end_loop(envelope);
    } else if (config_.options.timeouts.queuereturn_now && options.queue_run) {
        expire(job);
    } else {
        route(job);
        hold(job, options);
        deliver_all(job);
        expire(job);
    }
    settle(job);
    return outcome_;
}

void Worker::route(Job& job) {
    Envelope& envelope = job.envelope;
    for (Recipient& recipient : envelope.recipients) recipient.status = Exit::kOk;
    const Status expanded = parts_.expand(envelope, Deadline::in(kRoutingTime));
    if (!expanded.ok()) {
        for (Recipient& recipient : envelope.recipients) {
            if (!is_open(recipient)) continue;
            recipient.status = Exit::kTempFail;
            recipient.dsn = "4.3.0";
            recipient.status_text = cat("Deferred: ", expanded.error().text);
        }
    }
    const std::int64_t now = clock_.now();
    for (Recipient& recipient : envelope.recipients) {
        const bool failed = recipient.state == Recipient::State::kFailed;
        if (!failed && !(is_open(recipient) && recipient.status != Exit::kOk)) continue;
        if (failed || envelope.status_text.empty()) envelope.status_text = recipient.status_text;
        if (failed) {
            refuse(envelope, recipient);
        } else {
            recipient.last_attempt = now;
            log_delivery(line_for(envelope, recipient, now), recipient.status);
        }
    }
    for (const Recipient& list : envelope.recipients) {
        if (!list.has_owner || list.state != Recipient::State::kExpanded) continue;
        parts_.note(cat("Message delivered to mailing list ", list.address));
    }
}

// A recipient that routing found nobody for.
void Worker::refuse(const Envelope& envelope, Recipient& recipient) {
    // A list that cannot be opened counts less than somebody who is not there.
    if (recipient.refused_with == 0 && outcome_.failure == Exit::kUsage)
        outcome_.failure = Exit::kOk;
    count_failure(recipient);
    const std::string text = complaint_of(recipient);
    log_user_error(envelope.id.str(), text);
    parts_.refused(cat(refusal_code(recipient), ' ', recipient.dsn, ' '), text);
    if (recipient.refused_with != 0) return;
    recipient.last_attempt = clock_.now();
    DeliveryLine line = line_for(envelope, recipient, recipient.last_attempt);
    line.controller.clear();
    if (recipient.controlling_user) line.controller = shown_controller(*recipient.controlling_user);
    log_delivery(line, recipient.status);
}

// Recipients that wait on purpose: marked with a temporary status, so that no batch takes them.
void Worker::hold(Job& job, const AttemptOptions& options) {
    for (Recipient& recipient : job.envelope.recipients) {
        if (!is_open(recipient) || recipient.status != Exit::kOk ||
            recipient.target.mailer == nullptr) {
            continue;
        }
        const MailerSpec& mailer = *recipient.target.mailer;
        const bool expensive =
            config_.options.hold_expensive && mailer.has('e') && !options.queue_run;
        const bool on_demand = mailer.has('%') && !options.selected;
        if (!expensive && !on_demand) continue;
        recipient.status = Exit::kTempFail;
        recipient.status_text = "queued";
        DeliveryLine line = line_for(job.envelope, recipient, clock_.now());
        line.dsn.clear();
        line.reply.clear();
        log_not_tried(line);
        recipient.status_text.clear();
    }
}

void Worker::deliver_all(Job& job) {
    const std::vector<Batch> batches = parts_.batches(job.envelope);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const std::int64_t start = clock_.now();
        const OwnerScope scope(job.envelope, batches[i].recipients.front()->owner, parts_);
        const std::vector<DeliveryResult> results = parts_.deliver(job.envelope, batches[i]);
        SM_CHECK(results.size() == batches[i].recipients.size());
        record(job, batches[i], results, clock_.now() - start);
        checkpoint(job, batches[i], i + 1 < batches.size());
    }
}

void Worker::record(Job& job, const Batch& batch, const std::vector<DeliveryResult>& results,
                    std::int64_t seconds) {
    Envelope& envelope = job.envelope;
    const std::int64_t now = clock_.now();
    std::vector<std::pair<DeliveryLine, Exit>> lines;
    for (std::size_t i = 0; i < results.size(); ++i) {
        Recipient& recipient = *batch.recipients[i];
        apply(recipient, results[i], config_.options.soft_bounce, now);
        if (recipient.state == Recipient::State::kSent) {
            ++outcome_.sent;
            statistics_.message_to(batch.mailer->number, envelope.message_size);
        } else if (recipient.state == Recipient::State::kFailed) {
            count_failure(recipient);
        } else if (outcome_.failure == Exit::kOk &&
                   (recipient.status == Exit::kOsErr || recipient.status == Exit::kIoErr)) {
            outcome_.failure = recipient.status;  // queued, but the caller hears of it
        }
        DeliveryLine line = line_for(envelope, recipient, now);
        if (!results[i].message.empty()) recipient.status_text = results[i].message;
        // What failed for good says more than what waits.
        const bool failed = recipient.state == Recipient::State::kFailed;
        const bool sent = recipient.state == Recipient::State::kSent;
        if (failed || (!sent && envelope.status_text.empty())) {
            envelope.status_text = recipient.status_text;
        }
        line.transaction_delay = seconds;
        line.relay = results[i].relay;
        // Recipients that were delivered together share a line.
        const bool joins =
            !lines.empty() && recipient.status == Exit::kOk && lines.back().second == Exit::kOk &&
            lines.back().first.status_text == line.status_text &&
            lines.back().first.relay == line.relay && lines.back().first.dsn == line.dsn &&
            lines.back().first.controller == line.controller;
        if (joins) {
            lines.back().first.recipients.push_back(recipient.address);
        } else {
            lines.emplace_back(std::move(line), recipient.status);
        }
    }
    for (const auto& [line, status] : lines) log_delivery(line, status);
}

// Writes the queue file when a next hop took recipients over, so that a crash repeats at most one
// transaction; programs are checkpointed every CheckpointInterval deliveries.
void Worker::checkpoint(Job& job, const Batch& batch, bool more) {
    bool changed = false;
    for (const Recipient* recipient : batch.recipients) {
        if (recipient->state != Recipient::State::kSent) continue;
        changed = true;
        ++since_checkpoint_;
    }
    if (!changed || !more) return;
    const std::int64_t interval = config_.options.checkpoint_interval;
    const bool due = batch.mailer->is_network() || (interval > 0 && since_checkpoint_ >= interval);
    if (!due) return;
    since_checkpoint_ = 0;
    if (const Status written = job.rewrite(); !written.ok()) {
        log_system_error(job.envelope.id.str(), "root", cat("checkpoint: ", written.error().text));
    }
}

// More Received fields than a message on its way can have: it goes in circles.
void Worker::end_loop(Envelope& envelope) {
    std::string_view client = envelope.macros.get("_");
    const std::string_view first =
        envelope.recipients.empty() ? "" : std::string_view(envelope.recipients.front().address);
    given_up_ = true;
    given_up_text_ =
        cat("Too many hops ", envelope.hop_count, " (", config_.options.max_hop_count,
            " max): from ", envelope.sender, " via ", next_word(client), ", to ", first);
    notice_ = cat("554 5.4.6 ", given_up_text_, '\n');
    for (Recipient& recipient : envelope.recipients) {
        if (!is_open(recipient)) continue;
        recipient.state = Recipient::State::kFailed;
        recipient.status = Exit::kUnavailable;
        recipient.dsn = "5.4.6";
        recipient.status_text = "554 5.4.6 Too many hops";
        recipient.last_attempt = clock_.now();
        count_failure(recipient);
    }
}

void Worker::count_failure(const Recipient& recipient) {
    ++outcome_.failed;
    if (outcome_.failure != Exit::kOk) return;
    outcome_.failure = recipient.status;
    if (recipient.refused_with != 0 && recipient.status == Exit::kUnavailable) {
        // A loop is a mistake of who wrote it; else a rule said no to the address.
        outcome_.failure = recipient.dsn == "5.4.6" ? Exit::kUsage : Exit::kDataErr;
    }
    // What a program said in its own numbers is "unavailable" to the caller.
    const bool known = recipient.status >= Exit::kUsage && recipient.status <= Exit::kConfig;
    if (!known) outcome_.failure = Exit::kUnavailable;
}

// Messages that are too old, or whose time by DELIVERBY is over.
void Worker::expire(Job& job) {
    Envelope& envelope = job.envelope;
    const std::int64_t age = clock_.now() - envelope.created;
    const QueueTimes times = queue_times(envelope, config_.options);
    const bool now = config_.options.timeouts.queuereturn_now;
    const bool late = envelope.deliver_by && envelope.deliver_by->mode == 'R' &&
                      envelope.deliver_by->seconds > 0 && age > envelope.deliver_by->seconds;
    if (!now && !late && age <= times.give_up) return;
    const std::string span =
        now    ? "too long"
        : late ? describe_timespan(std::chrono::seconds(envelope.deliver_by->seconds))
               : describe_timespan(std::chrono::seconds(times.give_up));
    for (Recipient& recipient : envelope.recipients) {
        if (!is_open(recipient)) continue;
        recipient.state = Recipient::State::kFailed;
        recipient.dsn = late ? "5.4.7" : "4.4.7";
        if (recipient.status_text.empty()) {
            recipient.status_text = cat("Cannot send message for ", span);
        }
        recipient.last_attempt = clock_.now();
        ++outcome_.failed;
        given_up_ = true;
    }
    if (given_up_) {
        notice_ = cat("Message could not be delivered for ", span,
                      "\nMessage will be deleted from queue\n");
        given_up_text_ = cat("Cannot send message for ", span);
        envelope.status_text = given_up_text_;
    }
}

// Behind the id of the report in the log.
std::string Worker::bounce_text(ReturnRequest::Kind kind, const std::string& reason) const {
    const Options& options = config_.options;
    if (kind == ReturnRequest::Kind::kDelay) {
        return cat("sender notify: Warning: could not send message for past ", warned_after_);
    }
    if (kind == ReturnRequest::Kind::kFailure && given_up_) {
        return cat(options.timeouts.queuereturn_now ? "sender notify: " : "DSN: ", given_up_text_);
    }
    return reason;
}

bool Worker::send_report(Job& job, ReturnRequest::Kind kind, std::vector<Recipient*> recipients,
                         std::int64_t return_after) {
    if (recipients.empty()) return true;
    ReturnRequest request{kind,    job.envelope, {recipients.begin(), recipients.end()},
                          notice_, return_after, outcome_.failure};
    const auto sent = parts_.send_report(std::move(request));
    if (!sent.ok()) {
        report_failed_ = true;
        // The recipients stay in the queue file: told later rather than never.
        log_system_error(job.envelope.id.str(), "root",
                         cat("cannot report to the sender: ", sent.error().text));
        return false;
    }
    if (sent.value().nobody_left) {
        unreturnable_ = true;
        return false;
    }
    if (!sent.value().id.empty() && !sent.value().subject_line.empty()) {
        log_bounce(job.envelope.id.str(), sent.value().id.str(),
                   bounce_text(kind, sent.value().subject_line));
    }
    if (!sent.value().copy_id.empty()) {
        log_bounce(job.envelope.id.str(), sent.value().copy_id.str(), sent.value().copy_line);
    }
    return true;
}

void Worker::report(Job& job) {
    Envelope& envelope = job.envelope;
    std::vector<Recipient*> failed;
    std::vector<Recipient*> receipts;
    std::vector<Recipient*> delayed;
    const std::int64_t age = clock_.now() - envelope.created;
    const QueueTimes times = queue_times(envelope, config_.options);
    const bool notify_by = envelope.deliver_by && envelope.deliver_by->mode == 'N' &&
                           age > envelope.deliver_by->seconds;
    warned_after_ = describe_timespan(std::chrono::seconds(times.warn));
    const bool warn = (times.warn > 0 && age > times.warn) || notify_by;
    for (Recipient& recipient : envelope.recipients) {
        if (recipient.state == Recipient::State::kFailed) failed.push_back(&recipient);
        const bool final_here = !mailer_is_remote(recipient) || recipient.relayed_to_dsn_unaware;
        if (recipient.state == Recipient::State::kSent && recipient.notify.success && final_here) {
            receipts.push_back(&recipient);
        }
        if (is_open(recipient) && recipient.notify.delay) delayed.push_back(&recipient);
    }
    // One report for the sender, one for each owner of a list.
    std::map<std::string, std::vector<Recipient*>> by_owner;
    for (Recipient* recipient : failed) by_owner[recipient->owner].push_back(recipient);
    for (const auto& [owner, members] : by_owner) {
        const OwnerScope scope(envelope, owner, parts_);
        if (!send_report(job, ReturnRequest::Kind::kFailure, members, 0)) continue;
        for (Recipient* recipient : members) recipient->state = Recipient::State::kDropped;
    }
    if (!config_.options.privacy.has(Privacy::kNoreceipts)) {
        static_cast<void>(send_report(job, ReturnRequest::Kind::kReceipt, receipts, 0));
    }
    if (warn && !envelope.warning_sent && !delayed.empty() &&
        send_report(job, ReturnRequest::Kind::kDelay, delayed, times.give_up - age)) {
        envelope.warning_sent = true;
        for (Recipient* recipient : delayed) recipient->delay_reported = true;
    }
}

void Worker::settle(Job& job) {
    report(job);
    outcome_.deferred = static_cast<std::size_t>(
        std::count_if(job.envelope.recipients.begin(), job.envelope.recipients.end(), is_owed));
    update(job);
}

// DeadLetterDrop: a mailbox file for what nobody took. False: none, or it cannot be written.
bool Worker::save_dead_letter(const Envelope& envelope) {
    const std::string& path = config_.options.dead_letter_drop;
    if (path.empty()) return false;
    Recipient file;
    file.address = path;
    file.target = Target{config_.find_mailer("*file*"), "", path};
    file.controlling_user = ControllingUser{"root", 0, 0, path};
    const auto results = parts_.deliver(envelope, Batch{file.target.mailer, "", {&file}});
    if (results.size() != 1 || results.front().status != Exit::kOk) return false;
    log_dead_letter(envelope.id.str(), path);
    return true;
}

// Neither a recipient nor the postmaster could be reached: the administrator finds a dead letter
// or a Qf file.
Status Worker::give_up(Job& job) {
    if (save_dead_letter(job.envelope)) return job.remove();
    const std::string id = job.envelope.id.str();
    log_queue_file_lost(id, cat("qf", id), "savemail panic");
    log_system_error(id, "root", "savemail: cannot save rejected email anywhere");
    SM_CHECK_OK(job.flush());
    return job.mark_lost();
}

void Worker::update(Job& job) {
    const Envelope& envelope = job.envelope;
    const bool lost = unreturnable_ && !report_failed_ &&
                      std::none_of(envelope.recipients.begin(), envelope.recipients.end(), is_open);
    const bool finished = lost || outcome_.deferred == 0;
    const Status updated = lost ? give_up(job) : finished ? job.remove() : job.rewrite();
    if (!updated.ok()) {
        outcome_.update_failed = true;
        log_system_error(envelope.id.str(), "root", cat("queue update: ", updated.error().text));
        return;
    }
    outcome_.removed = finished;
    if (finished) log_done(envelope.id.str(), clock_.now() - envelope.created, envelope.attempts);
}

}  // namespace sm
