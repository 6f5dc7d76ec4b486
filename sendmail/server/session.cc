#include "sendmail/server/session.h"

#include <signal.h>

#include <cerrno>

#include "libmail/smtp_command.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "libsm/trace.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/log/dialogue_log.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/session_macros.h"

namespace sm {
namespace {

constexpr std::size_t kMaxCommandLine = 2046;  // 2048 with CRLF
constexpr std::size_t kMaxAuthLine = 12286;    // AUTH and its responses: RFC 4954 section 4
constexpr int kForgivenSessions = 20;          // with a wrong password, of one address

bool is_auth(std::string_view line) {
    return iequals(split_command(line).verb, "AUTH");
}

bool is_http_verb(std::string_view verb) {
    return iequals(verb, "get") || iequals(verb, "post") || iequals(verb, "connect") ||
           iequals(verb, "user");
}

}  // namespace

const ServerSession::Command* ServerSession::find_command(std::string_view verb) {
    using S = ServerSession;
    static constexpr std::array kCommands = {
        Command{"MAIL", &S::cmd_mail},
        Command{"RCPT", &S::cmd_rcpt},
        Command{"DATA", &S::cmd_data},
        Command{"RSET", &S::cmd_rset, true},
        Command{"EHLO", &S::cmd_ehlo, true},
        Command{"HELO", &S::cmd_helo, true},
        Command{"QUIT", &S::cmd_quit, true},
        Command{"NOOP", &S::cmd_noop, true, true},
        Command{"STARTTLS", &S::cmd_starttls},
        Command{"AUTH", &S::cmd_auth},
        Command{"VRFY", &S::cmd_vrfy},
        Command{"EXPN", &S::cmd_expn},
        Command{"HELP", &S::cmd_help},
        Command{"VERB", &S::cmd_verb, false, true},
        Command{"ETRN", &S::cmd_etrn},
        Command{"TURN", &S::cmd_not_implemented},
        Command{"SEND", &S::cmd_not_implemented},
        Command{"SAML", &S::cmd_not_implemented},
        Command{"SOML", &S::cmd_not_implemented},
    };
    for (const Command& command : kCommands) {
        if (iequals(command.verb, verb)) return &command;
    }
    return nullptr;
}

ServerSession::ServerSession(const SessionServices& services, Connection& connection,
                             ClientFacts client, const DaemonSpec& daemon)
    : services_(services),
      config_(services.config),
      connection_(connection),
      client_(std::move(client)),
      daemon_(daemon),
      macros_(&services.config.macros),
      bad_client_(static_cast<int>(services.config.options.max_noop_commands)) {
    connection_.set_max_line(kMaxAuthLine);
    bad_client_.remember(BadClient::Kind::kAuth, client_.failed_auth - kForgivenSessions);
    features_.request_cert = config_.options.tls_srv_options.find('V') == std::string::npos;
    features_.auth_needs_layer = config_.options.auth_options.find('p') != std::string::npos;
}

Deadline ServerSession::command_deadline() const {
    return Deadline::in(config_.options.timeouts.command);
}

void ServerSession::set_title(std::string_view what) {
    if (have_sender_ && !envelope_.id.empty()) {
        set_process_title(cat(envelope_.id.str(), ' ', client_.relay(), ": ", what));
    } else {
        set_process_title(cat("server ", client_.relay(), ' ', what));
    }
}

std::string ServerSession::log_id() {
    if (envelope_.id.empty()) {
        envelope_.id = services_.store.next_id();
        envelope_.macros.set("i", envelope_.id.str());
    }
    return envelope_.id.str();
}

DeliveryMode ServerSession::delivery_mode() const {
    if (verbose_) return DeliveryMode::kInteractive;
    if (daemon_.delivery_mode) return static_cast<DeliveryMode>(*daemon_.delivery_mode);
    return config_.options.delivery_mode;
}

void ServerSession::set_session_macros() {
    set_client_macros(client_, &macros_);
    set_daemon_macros(daemon_, &macros_);
    set_time_macros(services_.clock.now(), &macros_);
    macros_.set("deliveryMode", std::string(1, static_cast<char>(delivery_mode())));
    macros_.set("nrcpts", "0");
    macros_.set("nbadrcpts", "0");
}

void ServerSession::start_envelope() {
    Envelope fresh;
    envelope_ = std::move(fresh);
    envelope_.macros.set_parent(&macros_);
    have_sender_ = false;
    sender_tried_ = false;
    discard_ = client_discard_;
    bad_recipients_ = 0;
    good_recipients_ = 0;
    seen_targets_.clear();
    warnings_.clear();
}

void ServerSession::end_transaction(std::string_view how) {
    if (have_sender_ || sender_tried_) {
        if (!how.empty()) {
            for (const Recipient& recipient : envelope_.recipients) {
                DeliveryLine line;
                line.id = log_id();
                line.recipients = {recipient.address};
                line.status_text = how;
                log_not_tried(line);
            }
        }
        log_received(0);
    }
    start_envelope();
}

void ServerSession::log_client(int level, LogPriority priority, std::string_view text) {
    if (log_level() < level) return;
    log_message(priority, cat(log_id(), ": ", text));
}

void ServerSession::send(const Reply& reply) {
    if (reply.none()) return;
    const std::string wire = reply.wire(config_.options.smtp_utf8);
    if (tracing(Trace::kServer, 1)) trace_text(wire);
    if (dialogue_logged()) log_reply(log_id(), wire);
    connection_.put(wire);
}

Reply ServerSession::repeat_limit(BadClient::Kind kind, Reply reply) {
    const BadClient::Judgement verdict = bad_client_.count(kind);
    if (verdict.first_time) {
        log_attack(log_id(), client_.relay(),
                   kind == BadClient::Kind::kHelo ? "HELO/EHLO" : upper(last_verb_), verdict.count);
    }
    if (verdict.hang_up) {
        return closing(make_reply(
            421, "4.7.0", cat(macros_.get("j"), " Too many bad commands; closing connection")));
    }
    if (verdict.wait.count() > 0) {
        static_cast<void>(connection_.flush(command_deadline()));
        services_.pause(verdict.wait);
    }
    return reply;
}

Reply ServerSession::unknown_command(std::string_view line) {
    if (bad_client_.count_bad_command()) {
        return closing(make_reply(
            421, "4.7.0", cat(macros_.get("j"), " Too many bad commands; closing connection")));
    }
    return make_reply(500, "5.5.1", cat("Command unrecognized: \"", line, "\""));
}

Reply ServerSession::line_too_long() {
    log_client(2, LogPriority::kNotice,
               cat(client_.relay(), ": possible SMTP attack: command too long"));
    return closing(
        make_reply(421, "4.7.0",
                   cat(macros_.get("j"), " Command too long, possible attack ", client_.relay())));
}

Reply ServerSession::cmd_not_implemented(std::string_view /*argument*/) {
    return no_reply();
}

Reply ServerSession::dispatch(std::string_view line) {
    const SmtpCommand command = split_command(line);
    const bool first = !sent_anything_;
    sent_anything_ = true;
    const Command* row = find_command(command.verb);
    if (row == nullptr) {
        last_verb_ = "unknown";
        if ((first || features_.close_on_http) && is_http_verb(command.verb)) {
            log_client(2, LogPriority::kNotice, cat("Rejecting open proxy ", client_.relay()));
            return closing(make_reply(
                421, "4.7.0", cat(macros_.get("j"), " Rejecting open proxy ", client_.relay())));
        }
        return unknown_command(line);
    }
    last_verb_ = lower(row->verb);
    if (gate_ && !row->always) {
        // A refused client that goes on asking is counted as one that sends rubbish.
        return bad_client_.count_bad_command() ? unknown_command(line) : *gate_;
    }
    if (row->run == &ServerSession::cmd_not_implemented) {
        return make_reply(502, "5.5.1", cat("Command not implemented: \"", line, "\""));
    }
    delay_for_load(*row);
    return (this->*row->run)(command.argument);
}

// DelayLA: a command takes a second longer while the load is that high.
void ServerSession::delay_for_load(const Command& command) {
    const auto limit = delay_load_limit(config_.options, daemon_.delay_la);
    if (!limit || command.run == &ServerSession::cmd_rset ||
        command.run == &ServerSession::cmd_quit) {
        return;
    }
    const int load = load_average();
    if (load < *limit) return;
    if (!delay_logged_) {
        log_client(9, LogPriority::kInfo,
                   cat("delaying=", command.verb, ", load average=", load, " >= ", *limit));
    }
    delay_logged_ = true;
    static_cast<void>(connection_.flush(command_deadline()));
    services_.pause(std::chrono::seconds(1));
}

Reply ServerSession::serve(std::string_view line) {
    Reply reply = dispatch(line);
    const Command* row = find_command(split_command(line).verb);
    if ((row == nullptr || row->checked_by_check_other) && !reply.close && !reply.none() &&
        has_ruleset(config_, "check_other")) {
        const std::vector<std::string> arguments = {std::string(line), cat(reply.code / 100)};
        if (auto refusal = run_check("check_other", arguments, "")) {
            if (refusal->code == 421) refusal->close = true;
            // It cannot turn a refusal of ours into an acceptance, only say it in other words.
            return *refusal;
        }
    }
    return reply;
}

// The client has its 250 before anybody else hears of the job.
void ServerSession::hand_over() {
    static_cast<void>(connection_.flush(command_deadline()));
    services_.outlet.hand_over(std::move(*pending_job_));
    pending_job_.reset();
}

void ServerSession::lost_input(const Error* error) {
    const std::string where = daemon_.name.empty() ? "stdin" : daemon_.name;
    if (error != nullptr && error->sys_errno == EINTR) {
        send(make_reply(421, "4.3.2", cat(macros_.get("j"), " server shutting down")));
    } else if (error != nullptr && error->sys_errno == ETIMEDOUT) {
        log_client(2, LogPriority::kNotice,
                   cat("timeout waiting for input from ", client_.name, " during server cmd read"));
        send(make_reply(421, "4.4.1",
                        cat(macros_.get("j"), " Lost input channel from ", client_.relay())));
    } else {
        log_lost_channel(log_id(), client_.relay(), where,
                         last_verb_.empty() ? "startup" : std::string_view(last_verb_));
    }
    end_transaction("");
}

Exit ServerSession::run() {
    start_envelope();
    set_session_macros();
    log_connect(client_.relay());
    Reply reply = greet();
    send(reply);
    set_title("startup");
    while (!reply.close) {
        set_title("cmd read");
        if (SignalSet::arrived(SIGTERM)) {
            const Error stop{Exit::kTempFail, "terminated", EINTR, {}};
            lost_input(&stop);
            break;
        }
        auto line = connection_.read_line(command_deadline());
        if (!line.ok() || line->end) {
            lost_input(line.ok() ? nullptr : &line.error());
            break;
        }
        // Octets above 127 stay as they are; only what is said about them is cut to 7 bits.
        const std::string text = clean_command(line->text, true);
        const bool auth = is_auth(text);
        SM_TRACE(Trace::kServer, 1, cat("<<< ", auth ? "AUTH ***" : printable(text)));
        if (dialogue_logged()) log_command(log_id(), without_secret(text));
        const bool too_long = line->too_long || (!auth && text.size() > kMaxCommandLine);
        reply = too_long ? line_too_long() : serve(text);
        if (tracing(Trace::kServer, 5)) trace_line(reply.text());
        send(reply);
        if (pending_job_) hand_over();
        if (!line->complete && !reply.close) {
            lost_input(nullptr);
            break;
        }
    }
    static_cast<void>(connection_.flush(Deadline::in(config_.options.timeouts.quit)));
    // A client that is sent away in the middle of something must be able to read why.
    if (reply.code >= 400 && client_.is_network) connection_.linger();
    return Exit::kOk;
}

}  // namespace sm
