#include "sendmail/deliver/smtp_connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxReplyLine = 2048;
constexpr std::chrono::seconds kQuitWait{2};
// A server that sends more lines than this as one reply will never come to an end.
constexpr std::size_t kEndlessReply = 10000;

Deadline within(std::chrono::seconds limit) {
    return limit.count() > 0 ? Deadline::in(limit) : Deadline::never();
}

Error protocol_error(std::string_view line) {
    Error error = make_error(Exit::kTempFail, cat("bad reply: ", printable(line, 200)));
    error.sys_errno = EPROTO;
    return error;
}

Error closed_by_peer() {
    Error error = make_error(Exit::kTempFail, "connection closed");
    error.sys_errno = ECONNRESET;
    return error;
}

}  // namespace

SmtpConnection::SmtpConnection(std::unique_ptr<ByteStream> stream, std::string host,
                               std::string relay, const Config& config)
    : stream_(std::move(stream)),
      reader_(std::make_unique<LineReader>(*stream_, kMaxReplyLine)),
      host_(std::move(host)),
      relay_(std::move(relay)),
      config_(config) {}

SmtpConnection::~SmtpConnection() = default;

void SmtpConnection::set_witness(SmtpWitness witness) {
    witness_ = std::move(witness);
    introduced_ = false;
    shown_command_.clear();
}

SmtpProblem SmtpConnection::lost(const Error& error) {
    close();
    SmtpProblem problem;
    problem.lost = true;
    problem.dsn = "4.4.2";
    problem.sys_errno = error.sys_errno == ETIMEDOUT ? ETIMEDOUT : ECONNRESET;
    lost_errno = problem.sys_errno;
    switch (error.sys_errno) {
        case ETIMEDOUT:
            problem.text = cat("Deferred: Connection timed out with ", host_);
            break;
        case EPROTO:
            problem.dsn = "4.5.0";
            problem.text = cat("Deferred: ", error.text);
            break;
        default:
            problem.text = cat("Deferred: Connection reset by ", host_);
            break;
    }
    return problem;
}

SmtpProblem SmtpConnection::refused(const SmtpReply& reply) const {
    SmtpProblem problem;
    problem.reply = reply.first_line();
    problem.dsn = reply.dsn();
    if (problem.dsn.empty()) problem.dsn = reply.kind() == 5 ? "5.5.0" : "4.5.0";
    if (reply.kind() == 5) {
        problem.status = Exit::kUnavailable;
        problem.text = exit_info(Exit::kUnavailable).text;
    } else {
        problem.text = cat("Deferred: ", problem.reply);
    }
    return problem;
}

std::optional<SmtpProblem> SmtpConnection::greet(bool* esmtp) {
    const auto greeting = read_reply(timeouts().initial, {});
    if (!greeting.ok()) return lost(greeting.error());
    if (greeting.value().kind() != 2) return refused(greeting.value());
    for (const std::string& line : greeting.value().lines) {
        if (line.find("ESMTP") != std::string::npos) *esmtp = true;
    }
    return std::nullopt;
}

// The server is ourselves: the message would come back for ever.
std::optional<SmtpProblem> SmtpConnection::check_loop(const SmtpReply& reply,
                                                      const MailerSpec& mailer,
                                                      const std::string& own_name) {
    std::string_view rest = reply.text(false);
    if (mailer.has('k') || !iequals(next_word(rest), own_name)) return std::nullopt;
    SmtpProblem problem;
    problem.status = Exit::kConfig;
    problem.dsn = "5.3.5";
    problem.text = exit_info(Exit::kConfig).text;
    if (witness_.transcript) {
        witness_.transcript(
            cat("553 5.3.5 ", host_, " config error: mail loops back to me (MX problem?)"));
    }
    return problem;
}

std::optional<SmtpProblem> SmtpConnection::open(const MailerSpec& mailer,
                                                const std::string& own_name) {
    bool esmtp = mailer.has('a');
    if (auto problem = greet(&esmtp)) return problem;
    if (mailer.has('2')) esmtp = false;
    if (mailer.has('z') || esmtp) return say_hello(mailer, own_name);
    const std::string helo = cat("HELO ", own_name);
    if (const Status sent = send(cat(helo, "\r\n")); !sent.ok()) return lost(sent.error());
    const auto reply = read_reply(timeouts().helo, helo);
    if (!reply.ok()) return lost(reply.error());
    if (reply.value().kind() != 2) return refused(reply.value());
    return check_loop(reply.value(), mailer, own_name);
}

std::optional<SmtpProblem> SmtpConnection::say_hello(const MailerSpec& mailer,
                                                     const std::string& own_name) {
    const bool lmtp = mailer.has('z');
    const std::string hello = cat(lmtp ? "LHLO " : "EHLO ", own_name);
    if (const Status sent = send(cat(hello, "\r\n")); !sent.ok()) return lost(sent.error());
    const auto reply = read_reply(lmtp ? timeouts().lhlo : timeouts().helo, hello);
    if (!reply.ok()) return lost(reply.error());
    if (reply.value().kind() == 2) {
        read_offer(reply.value());
        return check_loop(reply.value(), mailer, own_name);
    }
    if (lmtp || reply.value().kind() != 5) return refused(reply.value());
    const std::string helo = cat("HELO ", own_name);
    if (const Status sent = send(cat(helo, "\r\n")); !sent.ok()) return lost(sent.error());
    const auto second = read_reply(timeouts().helo, helo);
    if (!second.ok()) return lost(second.error());
    if (second.value().kind() != 2) return refused(second.value());
    return check_loop(second.value(), mailer, own_name);
}

void SmtpConnection::read_offer(const SmtpReply& reply) {
    offer_ = {};
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        SmtpReplyLine line;
        if (!parse_reply_line(reply.lines[i], &line)) continue;
        std::string_view rest = line.text;
        const std::string word = upper(next_word(rest));
        const std::string_view argument = trim(rest);
        if (word == "PIPELINING") offer_.pipelining = pipelining_allowed_;
        if (word == "8BITMIME") offer_.eight_bit = true;
        if (word == "DSN") offer_.dsn = true;
        if (word == "ENHANCEDSTATUSCODES") offer_.enhanced_codes = true;
        if (word == "STARTTLS") offer_.starttls = true;
        if (word == "SMTPUTF8") offer_.smtp_utf8 = true;
        // With "=" in servers from before RFC 2554.
        if (word == "AUTH" || word.starts_with("AUTH=")) {
            std::string_view names = line.text;
            names.remove_prefix(std::min<std::size_t>(names.size(), 5));
            append(offer_.auth, offer_.auth.empty() ? "" : " ", trim(names));
        }
        if (word == "SIZE") {
            offer_.size = true;
            offer_.max_size = parse_int(argument).value_or(0);
        }
        if (word == "DELIVERBY") {
            offer_.deliver_by = true;
            offer_.deliver_by_min = parse_int(argument).value_or(0);
        }
    }
}

void SmtpConnection::allow_pipelining(bool allowed) {
    pipelining_allowed_ = allowed;
    offer_.pipelining = offer_.pipelining && allowed;
}

Status SmtpConnection::send(std::string_view commands, std::string_view shown) {
    if (!stream_) return closed_by_peer();
    if (witness_.progress) {
        for (const std::string_view line : split(shown.empty() ? commands : shown, '\n')) {
            if (!line.empty()) witness_.progress(cat(">>> ", printable(trim_right(line))));
        }
    }
    message_log_.end();
    log_traffic(Traffic::kOut, shown.empty() ? commands : shown);
    return stream_->write(commands, within(timeouts().misc));
}

Status SmtpConnection::send_data(std::string_view octets) {
    if (!stream_) return closed_by_peer();
    message_log_.take(octets);
    return stream_->write(octets, within(timeouts().datablock));
}

Result<SmtpReply> SmtpConnection::read_reply(std::chrono::seconds limit, std::string_view command) {
    if (!stream_) return closed_by_peer();
    const Deadline deadline = within(limit);
    SmtpReply reply;
    for (std::size_t count = 0; count < kEndlessReply; ++count) {
        auto line = reader_->read_line(deadline);
        if (!line.ok()) return std::move(line).error();
        if (traffic_logged()) {
            log_traffic(Traffic::kIn,
                        line->end ? "[EOF]" : cat(line->text, line->crlf ? "\r" : ""));
        }
        if (line.value().end || !line.value().complete) return closed_by_peer();
        const std::string text = printable(line.value().text, kMaxReplyLine);
        SmtpReplyLine parsed;
        if (!parse_reply_line(text, &parsed)) return protocol_error(text);
        if (witness_.progress) witness_.progress(text);
        if (reply.code == 0) reply.code = parsed.code;
        if (reply.lines.size() < SmtpReply::kMaxLines) reply.lines.push_back(text);
        if (!parsed.last) continue;
        // The last line decides (RFC 5321 section 4.2.1 wants all codes to be the same).
        reply.code = parsed.code;
        note_reply(reply, command);
        return reply;
    }
    return protocol_error("reply without end");
}

// Errors are told to those who will read the report.
void SmtpConnection::note_reply(const SmtpReply& reply, std::string_view command) {
    if (reply.positive() || !witness_.transcript) return;
    if (!introduced_) witness_.transcript(cat("... while talking to ", host_, ":"));
    introduced_ = true;
    if (!command.empty() && command != shown_command_) {
        witness_.transcript(cat(">>> ", printable(command)));
        shown_command_ = command;
    }
    for (const std::string& line : reply.lines) witness_.transcript(cat("<<< ", line));
}

void SmtpConnection::quit() {
    if (!stream_) return;
    if (witness_.progress) witness_.progress(cat("Closing connection to ", host_));
    if (send("QUIT\r\n").ok() && witness_.progress) {
        static_cast<void>(read_reply(std::min(kQuitWait, timeouts().quit), "QUIT"));
    }
    close();
}

void SmtpConnection::close() {
    reader_.reset();
    stream_.reset();
}

bool SmtpConnection::is_idle() const {
    return stream_ != nullptr && !reader_->pending();
}

void SmtpConnection::add_layer(
    const std::function<std::unique_ptr<ByteStream>(std::unique_ptr<ByteStream>)>& wrap) {
    reader_.reset();
    stream_ = wrap(std::move(stream_));
    if (stream_) reader_ = std::make_unique<LineReader>(*stream_, kMaxReplyLine);
    offer_ = {};
}

}  // namespace sm
