#include "sendmail/main/submission.h"

#include <unistd.h>

#include <array>
#include <set>

#include "libcf/address_parser.h"
#include "libmail/date.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/envelope/message_headers.h"
#include "sendmail/envelope/sender.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/route/address_list.h"
#include "sendmail/server/header_checks.h"
#include "sendmail/server/session_macros.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};

// "group: a, b;" -> " a, b"; other lists unchanged.
std::string without_groups(std::string_view list) {
    std::string out;
    bool quoted = false;
    int angles = 0;
    for (const char c : list) {
        if (c == '"') quoted = !quoted;
        if (!quoted && c == '<') ++angles;
        if (!quoted && c == '>') --angles;
        if (!quoted && angles <= 0 && c == ':') {
            const std::size_t comma = out.rfind(',');
            out.resize(comma == std::string::npos ? 0 : comma + 1);
        } else if (!quoted && angles <= 0 && c == ';') {
            out += ',';
        } else {
            out += c == '\n' ? ' ' : c;
        }
    }
    return out;
}

Notify notify_from(std::string_view words) {
    Notify out;
    if (words.empty()) return out;
    out.given = true;
    out.success = out.failure = out.delay = false;
    for (const std::string_view word : split(words, ',')) {
        if (iequals(word, "success")) out.success = true;
        if (iequals(word, "failure")) out.failure = true;
        if (iequals(word, "delay")) out.delay = true;
    }
    return out;
}

HeaderField plain_field(std::string_view name, std::string_view value) {
    HeaderField field;
    field.name = name;
    field.value = cat(" ", value);
    return field;
}

}  // namespace

std::string direct_modifiers(const Options& options, bool gateway) {
    if (!options.direct_submission_modifiers.empty()) return options.direct_submission_modifiers;
    return gateway ? "Cf" : "cu";
}

Submission::Submission(const SessionServices& services, MailParts& parts,
                       const CommandLine& command, Caller caller)
    : services_(services),
      config_(services.config),
      parts_(parts),
      command_(command),
      caller_(std::move(caller)),
      macros_(&services.config.macros) {
    envelope_.macros.set_parent(&macros_);
    const ErrorMode mode = config_.options.error_mode;
    errors_by_mail_ = mode != ErrorMode::kPrint;
}

DeliveryMode Submission::delivery_mode() const {
    return command_.verbose ? DeliveryMode::kInteractive : config_.options.delivery_mode;
}

void Submission::print(const std::string& line) const {
    static_cast<void>(write_all(STDOUT_FILENO, cat(line, '\n')));
}

void Submission::set_macros() {
    envelope_.created = services_.clock.now();
    set_time_macros(envelope_.created, &macros_);
    macros_.set("_", cat(caller_.login, "@localhost"));
    const std::size_t colon = command_.protocol.find(':');
    if (!command_.protocol.empty()) macros_.set("r", command_.protocol.substr(0, colon));
    if (colon != std::string::npos) macros_.set("s", command_.protocol.substr(colon + 1));
    macros_.set("daemon_flags",
                flags_as_macro(direct_modifiers(config_.options, command_.gateway)));
    macros_.set("deliveryMode", std::string(1, static_cast<char>(delivery_mode())));
    envelope_.id = services_.store.next_id();
    envelope_.macros.set("i", envelope_.id.str());
}

void Submission::warn(std::string text) {
    if (!config_.options.privacy.has(Privacy::kAuthwarnings)) return;
    const std::string host(macros_.get("j"));
    log_note(5, envelope_.id.str(), cat("Authentication-Warning: ", host, ": ", text));
    extra_.push_back(plain_field("X-Authentication-Warning", cat(host, ": ", text)));
}

Status Submission::set_sender() {
    const bool given = command_.sender.has_value();
    std::string sender = given ? *command_.sender : caller_.login;
    if (trim(crack_address(sender)).empty()) sender = "<>";
    if (given && sender != "<>" && !caller_.trusted && sender != caller_.login) {
        warn(cat(caller_.login, " set sender to ", sender, " using -f"));
    }
    const ParsedAddress parsed =
        set_envelope_sender(config_, envelope_, sender, Deadline::in(kRulesetTime));
    // Maps that wait for the queue run (-D) are no reason to refuse.
    const bool waits = parsed.queue_up && delivery_mode() == DeliveryMode::kDefer;
    if (!parsed.ok() && !waits) return make_error(parsed.status, parsed.message);
    const std::string_view shown = envelope_.macros.get("f");
    if (shown.empty()) return {};
    const bool qualified = shown.find('@') != std::string_view::npos;
    envelope_.auth_param = qualified ? std::string(shown) : cat(shown, '@', macros_.get("j"));
    set_full_name();
    return {};
}

// $x: option -F, else the name of the account that the message is from. Who is elsewhere has none.
void Submission::set_full_name() {
    const MailerSpec* mailer = envelope_.sender_target.mailer;
    if (mailer == nullptr || !mailer->has('l')) return;
    std::string name = command_.full_name;
    if (name.empty() && command_.sender) name = services_.guide.full_name(envelope_.sender_target);
    if (name.empty() && !command_.sender) name = caller_.full_name;
    if (!name.empty()) macros_.set("x", name);
}

void Submission::set_envelope_options() {
    envelope_.body_type = upper(command_.body_type);
    envelope_.envid = command_.envid;
    if (!command_.dsn_return.empty()) {
        envelope_.ret_given = true;
        envelope_.no_body_return = iequals(command_.dsn_return, "hdrs");
    }
    if (command_.quarantine) envelope_.quarantine_reason = *command_.quarantine;
}

void Submission::complain(std::string_view address, const std::string& text, Exit code) {
    const std::string line = address.empty() ? text : cat(address, "... ", text);
    log_user_error(envelope_.id.str(), address, text);
    if (!errors_by_mail_) print(printable(line, 500));
    status_ = code;
}

void Submission::add_recipient(const std::string& text) {
    Rewriter rewriter(config_, envelope_.macros);
    envelope_.macros.set("addr_type", "e r");
    ParsedAddress parsed =
        parse_address(rewriter, text, AddressRole::kEnvelopeRecipient, Deadline::in(kRulesetTime));
    const bool refused = !parsed.ok() && !is_temporary(parsed.status);
    if (refused && !errors_by_mail_) {
        complain(text, parsed.message, parsed.status);
        return;
    }
    // The delivery refuses it again, and reports.
    if (refused) {
        status_ = parsed.status == Exit::kUnavailable ? Exit::kDataErr : parsed.status;
        parsed = {};
        parsed.status = Exit::kDataErr;
    }
    Recipient recipient;
    recipient.address = text;
    // Where a map could not tell, the rules have not said yet who it is: the delivery asks again. A
    // host whose name server fails is told of by the delivery.
    const MailerSpec* mailer = parsed.target.mailer;
    const bool told = parsed.ok() || (!parsed.map_failed && mailer != nullptr && !mailer->has('l'));
    if (told) recipient.target = std::move(parsed.target);
    recipient.notify = notify_from(command_.notify);
    for (const Recipient& known : envelope_.recipients) {
        if (known.address == text ||
            (recipient.target.mailer != nullptr && known.target.mailer == recipient.target.mailer &&
             iequals(known.target.host, recipient.target.host) &&
             known.target.user == recipient.target.user)) {
            return;
        }
    }
    if (!errors_by_mail_ && recipient.target.mailer != nullptr) {
        const RecipientGuide::Answer answer = services_.guide.verify(envelope_, recipient);
        if (!answer.ok && answer.code >= 500) {
            complain(text, answer.text,
                     recipient.status == Exit::kOk ? Exit::kNoUser : recipient.status);
            return;
        }
        // What could not be told now is found out at delivery.
        recipient.status = Exit::kOk;
        recipient.state = Recipient::State::kQueued;
    }
    envelope_.recipients.push_back(std::move(recipient));
}

// -t: To, Cc and Bcc, or their Resent- forms when there are any.
void Submission::add_header_recipients() {
    bool resent = false;
    for (const HeaderField& field : envelope_.headers.fields()) {
        resent = resent || istarts_with(field.name, "resent-");
    }
    for (const HeaderField& field : envelope_.headers.fields()) {
        std::string name = lower(field.name);
        const bool is_resent = name.compare(0, 7, "resent-") == 0;
        if (is_resent != resent) continue;
        if (is_resent) name.erase(0, 7);
        if (name != "to" && name != "cc" && name != "bcc" && name != "apparently-to") continue;
        for (const std::string& address :
             split_addresses(without_groups(field.value), config_.options.old_style_headers)) {
            add_recipient(address);
        }
    }
}

// NoRecipientAction: a message without To, Cc and Bcc.
void Submission::complete_recipient_fields() {
    for (const char* name : {"to", "cc", "bcc", "apparently-to", "resent-to", "resent-cc"}) {
        if (envelope_.headers.find(name) != nullptr) return;
    }
    const NoRecipientAction action = config_.options.no_recipient_action;
    switch (action) {
        case NoRecipientAction::kNone:
            return;
        case NoRecipientAction::kAddBcc:
            envelope_.headers.insert(0, plain_field("Bcc", ""));
            return;
        case NoRecipientAction::kAddToUndisclosed:
            envelope_.headers.insert(0, plain_field("To", "undisclosed-recipients:;"));
            return;
        default:
            break;
    }
    const std::string_view name = action == NoRecipientAction::kAddTo ? "To" : "Apparently-To";
    for (const Recipient& recipient : envelope_.recipients) {
        envelope_.headers.insert(0, plain_field(name, recipient.address));
    }
}

// The message as the user would find it: for dead.letter.
std::string Submission::dead_letter_text(const Envelope& envelope) const {
    const std::string_view sender = envelope.macros.get("f");
    std::string out =
        cat("From ", sender.empty() ? "<>" : sender, ' ', ctime_date(services_.clock.now()), '\n');
    for (const HeaderField& field : envelope.headers.fields()) {
        if (iequals(field.name, "bcc") || iequals(field.name, "full-name")) continue;
        if (iequals(field.name, "return-path")) {
            append(out, "Return-Path: <", sender, ">\n");
        } else {
            append(out, field.name, ":", field.value, "\n");
        }
    }
    out += '\n';
    if (envelope.body_fd.valid() && ::lseek(envelope.body_fd.get(), 0, SEEK_SET) == 0) {
        const auto body = read_all(envelope.body_fd.get());
        if (body.ok()) out += *body;
    }
    return out += '\n';
}

bool Submission::save_dead_letter(const Envelope& envelope) {
    if (dead_letter_saved_) return true;
    if (caller_.home.empty()) return false;
    const std::string path = cat(caller_.home, "/dead.letter");
    auto file = parts_.privileged().open_delivery_file(path, caller_.who);
    dead_letter_saved_ = file.ok() && write_all(file->get(), dead_letter_text(envelope)).ok();
    print(dead_letter_saved_
              ? cat(path, "... Saved message in ", path)
              : cat(path, "... cannot save message: ",
                    file.ok() ? "write error" : std::string_view(file.error().text)));
    return dead_letter_saved_;
}

Exit Submission::give_up(Exit code) {
    services_.store.abandon(envelope_);
    return config_.options.error_mode == ErrorMode::kExitZero ? Exit::kOk : code;
}

void Submission::log_received_message(std::int64_t size) {
    ReceivedLine line;
    line.id = envelope_.id.str();
    line.sender = envelope_.sender;
    line.size = size;
    line.message_class = envelope_.message_class;
    line.recipients = envelope_.recipients.size();
    line.message_id = envelope_.message_id;
    line.body_type = envelope_.body_type;
    line.protocol = macros_.get("r");
    line.relay = macros_.get("_");
    log_received(line);
}

// Limits and header rulesets; what they refuse is not queued.
bool Submission::refused_by_checks(const CollectResult& result) {
    if (result.write_failed || result.end == CollectResult::End::kLost) {
        complain("", cat("cannot queue the message: ", result.error.text), Exit::kTempFail);
    } else if (result.headers_too_large) {
        complain("", cat("Headers too large (", config_.options.max_headers_length, " max)"),
                 Exit::kDataErr);
    } else if (result.too_large) {
        complain("",
                 cat("Message exceeds maximum fixed size (", config_.options.max_message_size, ")"),
                 Exit::kUnavailable);
    } else {
        bool refused = false;
        check_header_fields(config_, envelope_,
                            [&](const CheckVerdict& verdict, const std::string& /*ruleset*/,
                                const std::vector<std::string>& /*arguments*/) {
                                if (verdict.kind == CheckVerdict::Kind::kQuarantine) {
                                    envelope_.quarantine_reason = verdict.text;
                                    return true;
                                }
                                complain("", verdict.text, Exit::kUnavailable);
                                refused = true;
                                return false;
                            });
        return refused;
    }
    return true;
}

// ErrorMode p and q: who waits is told, or nobody is; no report goes by mail.
DeliveryWatch Submission::watch() {
    const ErrorMode mode = config_.options.error_mode;
    DeliveryWatch out;
    out.say = [this](std::string_view line) {
        if (command_.verbose) print(std::string(line));
    };
    if (command_.verbose || mode == ErrorMode::kPrint) {
        out.refused = [this](std::string_view line) { print(printable(line, 500)); };
    }
    // Of a message without a sender nobody waits for an answer here: the postmaster gets it. What
    // cannot be saved is sent back after all.
    if (mode == ErrorMode::kPrint) {
        out.failed = [this](const Envelope& envelope) {
            return envelope.sender != "<>" && save_dead_letter(envelope);
        };
    } else if (mode == ErrorMode::kQuiet) {
        out.failed = [](const Envelope& envelope) { return envelope.sender != "<>"; };
    }
    return out;
}

Exit Submission::queue(std::int64_t size) {
    envelope_.priority = initial_priority(envelope_, config_.options);
    log_received_message(size);
    const DeliveryMode mode = delivery_mode();
    const bool quarantined = !envelope_.quarantine_reason.empty();
    const SuperSafe safe = config_.options.super_safe;
    const bool flush = safe == SuperSafe::kYes || safe == SuperSafe::kPostMilter ||
                       (safe == SuperSafe::kInteractive && mode != DeliveryMode::kInteractive);
    auto job = services_.store.commit(std::move(envelope_), flush);
    if (!job.ok()) {
        complain("", cat("cannot queue the message: ", job.error().text), Exit::kOsErr);
        return give_up(status_);
    }
    if (waits_for_load(config_.options, std::nullopt, job->envelope.priority, load_average())) {
        for (const Recipient& each : job->envelope.recipients) {
            if (command_.verbose) print(cat(each.address, "... queued"));
        }
    } else if (mode == DeliveryMode::kInteractive && !quarantined) {
        const Exit delivered = services_.outlet.deliver_now(std::move(*job), watch());
        if (delivered != Exit::kOk) status_ = delivered;
    } else if (mode == DeliveryMode::kBackground && !quarantined) {
        services_.outlet.hand_over(std::move(*job));
    }
    return config_.options.error_mode == ErrorMode::kExitZero ? Exit::kOk : status_;
}

Exit Submission::run() {
    if (command_.recipients.empty() && !command_.recipients_from_headers) {
        print("Recipient names must be specified");
        return Exit::kUsage;
    }
    set_macros();
    log_connect(macros_.get("_"));
    if (const Status sender = set_sender(); !sender.ok()) {
        complain(envelope_.sender, sender.error().text, sender.error().code);
        return give_up(status_);
    }
    set_envelope_options();
    for (const std::string& argument : command_.recipients) {
        for (const std::string& address : split_addresses(argument, true)) add_recipient(address);
    }
    if (const Status begun = services_.store.begin(envelope_); !begun.ok()) {
        complain("", cat("cannot create the queue file: ", begun.error().text), Exit::kOsErr);
        return give_up(status_);
    }
    envelope_.macros.set("i", envelope_.id.str());
    CollectLimits limits;
    limits.max_message = config_.options.max_message_size;
    limits.max_headers = config_.options.max_headers_length;
    limits.save_from_line = config_.options.save_from_line;
    limits.timeout = config_.options.timeouts.datablock;
    FdStream input{UniqueFd(::dup(STDIN_FILENO))};
    const CollectResult result =
        collect_input(input, config_.options.ignore_dots, limits, envelope_);
    envelope_.headers = message_fields(result.scan.fields(result.header_text));
    envelope_.message_size = result.size;
    envelope_.macros.set("msg_size", cat(result.size));
    const bool refused = refused_by_checks(result);
    if (command_.recipients_from_headers && !refused) add_header_recipients();
    apply_message_fields(config_, envelope_);
    envelope_.hop_count += command_.hop_count;
    complete_recipient_fields();
    add_configured_fields(config_, envelope_, extra_);
    if (status_ != Exit::kOk && !errors_by_mail_) static_cast<void>(save_dead_letter(envelope_));
    if (refused || envelope_.recipients.empty()) {
        if (envelope_.recipients.empty() && status_ == Exit::kOk) {
            complain("", "No recipient addresses found in header", Exit::kUsage);
        }
        log_received_message(result.size);
        return give_up(status_);
    }
    return queue(result.size);
}

}  // namespace sm
