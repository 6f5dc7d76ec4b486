#include "sendmail/deliver/agent_program.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "libcf/file_safety.h"
#include "libmap/map_flags.h"
#include "libsm/byte_stream.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "libsm/traffic_log.h"
#include "sendmail/deliver/delivery_scope.h"
#include "sendmail/deliver/smtp_transaction.h"
#include "sendmail/deliver/status_text.h"
#include "sendmail/log/mail_log.h"

namespace sm {
namespace {

constexpr std::size_t kMaxOutputLine = 1000;
constexpr std::size_t kMaxOutputLines = 500;
constexpr std::string_view kRecipientMacro = "$u";

void make_nonblocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0) static_cast<void>(::fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

// Writes to a program while reading what it prints, so that neither waits for the other.
class ProgramPipes {
  public:
    ProgramPipes(StartedMailer& started, const std::function<void(std::string_view)>& transcript)
        : input_(std::move(started.to_program)),
          output_(std::move(started.from_program)),
          transcript_(transcript) {
        make_nonblocking(input_.get());
        make_nonblocking(output_.get());
    }

    // Error with errno EPIPE: the program reads no more.
    Status write(std::string_view data, Deadline deadline) {
        while (!data.empty()) {
            SM_CHECK_OK(wait(true, deadline));
            const ssize_t count = ::write(input_.get(), data.data(), data.size());
            if (count >= 0) {
                data.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno != EAGAIN && errno != EINTR) {
                Error error = os_error("write to the program", errno);
                error.code = Exit::kTempFail;
                return error;
            }
        }
        return {};
    }

    // No more input; everything it still prints, to the end of its output.
    Status finish(Deadline deadline) {
        input_.reset();
        while (output_.valid()) SM_CHECK_OK(wait(false, deadline));
        if (!line_.empty()) take_line();
        log_traffic(Traffic::kIn, "[EOF]");
        return {};
    }

    void close_input() { input_.reset(); }

  private:
    Status wait(bool to_write, Deadline deadline) {
        std::array<pollfd, 2> entries{pollfd{output_.get(), POLLIN, 0},
                                      pollfd{to_write ? input_.get() : -1, POLLOUT, 0}};
        const int ready = ::poll(entries.data(), entries.size(), deadline.poll_timeout());
        if (ready == 0) return Error{Exit::kTempFail, "mailer: timed out", ETIMEDOUT, {}};
        if (ready > 0 && entries[0].revents != 0) read_output();
        return {};
    }

    void read_output() {
        std::array<char, 4096> buffer{};
        const ssize_t count = ::read(output_.get(), buffer.data(), buffer.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) {
            output_.reset();
            return;
        }
        for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
            if (c == '\n') {
                take_line();
            } else if (line_.size() < kMaxOutputLine) {
                line_ += c;
            }
        }
    }

    void take_line() {
        log_traffic(Traffic::kIn, line_);
        if (lines_++ < kMaxOutputLines && transcript_) transcript_(printable(trim_right(line_)));
        line_.clear();
    }

    UniqueFd input_;
    UniqueFd output_;
    const std::function<void(std::string_view)>& transcript_;
    std::string line_;
    std::size_t lines_ = 0;
};

// Text that breaks a line of a program's input or arguments apart.
bool has_line_break(std::string_view value) {
    return value.find_first_of(std::string_view("\0\n\r", 3)) != std::string_view::npos;
}

// "|command": the administrator's or the owner's own text, for the shell.
bool is_command(const Recipient& recipient) {
    return recipient.address.starts_with('|') || recipient.address.starts_with("\"|");
}

// What $u is for a program: commands without the bar (and the quotes around it) that made them one;
// with mailer flag s no quotes at all: "\user" of a .forward is user, a command what was quoted.
std::string user_text(const Recipient& recipient, const MailerSpec& mailer) {
    const std::string text =
        mailer.has('s') ? strip_quotes(recipient.target.user) : recipient.target.user;
    if (!is_command(recipient)) return text;
    std::string_view user = text;
    if (user.size() >= 2 && user.front() == '"' && user.back() == '"') {
        user = user.substr(1, user.size() - 2);
    }
    if (user.starts_with('|')) user.remove_prefix(1);
    return std::string(user);
}

// An argument that consists of a macro must not turn into an option of the program.
Result<std::string> expand_argument(const std::string& argument, const MacroScope& scope,
                                    bool command) {
    std::string out = expand_macros(argument, scope);
    const bool option = argument.starts_with('$') && out.starts_with('-') && !command;
    if (option || has_line_break(out)) {
        return make_error(Exit::kDataErr, "address unsafe as an argument");
    }
    return out;
}

}  // namespace

Credentials controller_of(const Batch& batch) {
    Credentials out;
    if (batch.recipients.empty() || !batch.recipients.front()->controlling_user) return out;
    const ControllingUser& user = *batch.recipients.front()->controlling_user;
    out.uid = user.uid;
    out.gid = user.gid;
    if (!user.name.empty()) out.groups_of = user.name;
    return out;
}

Result<std::vector<std::string>> mailer_arguments(const MailerSpec& mailer, const MacroScope& scope,
                                                  const Batch& batch, const std::string& sender) {
    if (mailer.argv.empty()) return make_error(Exit::kConfig, "mailer without arguments");
    std::vector<std::string> out;
    for (std::size_t i = 0; i < mailer.argv.size(); ++i) {
        const std::string& argument = mailer.argv[i];
        if (argument.find(kRecipientMacro) == std::string::npos) {
            SM_TRY(std::string expanded, expand_argument(argument, scope, false));
            out.push_back(std::move(expanded));
        } else {
            for (const Recipient* recipient : batch.recipients) {
                MacroScope one(&scope);
                one.set("u", user_text(*recipient, mailer));
                SM_TRY(std::string expanded,
                       expand_argument(argument, one, is_command(*recipient)));
                out.push_back(std::move(expanded));
            }
        }
        if (i == 0 && (mailer.has('f') || mailer.has('r'))) {
            out.emplace_back(mailer.has('f') ? "-f" : "-r");
            if (sender.starts_with('-') || has_line_break(sender)) {
                return make_error(Exit::kDataErr, "sender unsafe as an argument");
            }
            out.push_back(sender);
        }
    }
    return out;
}

DeliveryResult result_of_program(const MailerSpec& mailer, const ChildStatus& ended) {
    if (ended.signal != 0 || ended.exit_code == static_cast<int>(Exit::kTempFail)) {
        return deferred_result(
            cat(mailer.name, " mailer (", mailer.path, ") exited with EX_TEMPFAIL"));
    }
    if (ended.exit_code == 0) return result_of(Exit::kOk);
    DeliveryResult result = result_of(static_cast<Exit>(ended.exit_code));
    if (find_exit_info(ended.exit_code) == nullptr) {
        result.text = cat("unknown mailer error ", ended.exit_code);
    }
    return result;
}

Deadline ProgramAgent::wait_deadline() const {
    return mailer_.wait.count() > 0 ? Deadline::in(mailer_.wait) : Deadline::never();
}

DeliveryResult ProgramAgent::feed(StartedMailer started, const Envelope& envelope,
                                  const Batch& batch, MessageSource& message) {
    const pid_t pid = started.pid;
    MessageForm form;
    form.from_line = !mailer_.has('n');
    form.seven_bit = message.needs_eight_bit() && mailer_.has('7');
    ProgramPipes pipes(started, context_.transcript);
    const Deadline patience = Deadline::in(context_.config.options.timeouts.datablock);
    TrafficLines log(Traffic::kOut);
    bool deaf = false;
    const Status written = message.write_message(mailer_, batch, form, [&](std::string_view piece) {
        log.take(piece);
        if (deaf) return Status();
        const Status sent = pipes.write(piece, patience);
        // A program may stop reading and still have done its work: its exit status tells.
        deaf = !sent.ok() && sent.error().sys_errno == EPIPE;
        return deaf ? Status() : sent;
    });
    const Deadline deadline = wait_deadline();
    const Status finished = pipes.finish(deadline);
    const auto ended = context_.privileged.wait_mailer(pid, deadline);
    if (!written.ok()) return result_of_error(written.error());
    if (!finished.ok()) return result_of_error(finished.error());
    if (!ended.ok()) return result_of_error(ended.error());
    DeliveryResult result = result_of_program(mailer_, ended.value());
    if (ended.value().signal != 0) {
        result.message = cat("mailer ", mailer_.name, " died with signal ", ended.value().signal);
        log_system_error(envelope.id.str(), "root", result.message);
        if (context_.transcript) context_.transcript(cat("451 4.3.0 ", result.message));
    }
    if (deaf && is_temporary(result.status) && context_.transcript) {
        context_.transcript("451 4.0.0 putbody: write error: Broken pipe");
    }
    return result;
}

std::vector<DeliveryResult> ProgramAgent::speak_smtp(StartedMailer started,
                                                     const Envelope& envelope, const Batch& batch,
                                                     MessageSource& message,
                                                     const std::string& sender) {
    const pid_t pid = started.pid;
    make_nonblocking(started.to_program.get());
    make_nonblocking(started.from_program.get());
    const std::string name = cat(mailer_.name, " mailer (", mailer_.path, ')');
    SmtpConnection connection(
        std::make_unique<FdStream>(std::move(started.from_program), std::move(started.to_program)),
        name, {}, context_.config);
    connection.set_witness({context_.transcript, context_.progress});
    std::vector<DeliveryResult> results;
    const std::string own(context_.config.macros.get("j"));
    if (const auto problem = connection.open(mailer_, own)) {
        DeliveryResult result = result_of(problem->status);
        result.dsn = problem->dsn;
        result.text = problem->text;
        result.reply = problem->reply;
        results.assign(batch.recipients.size(), result);
    } else {
        SmtpTransaction transaction(connection, envelope, batch, context_, sender);
        results = transaction.run(message);
    }
    connection.quit();
    static_cast<void>(context_.privileged.wait_mailer(pid, wait_deadline()));
    for (DeliveryResult& result : results) result.remote_mta.clear();
    return results;
}

std::vector<DeliveryResult> ProgramAgent::deliver(const Envelope& envelope, const Batch& batch,
                                                  MessageSource& message) {
    const auto all = [&](const DeliveryResult& result) {
        std::vector<DeliveryResult> results(batch.recipients.size(), result);
        tell_outcomes(context_, batch, results);
        return results;
    };
    const auto sender = sender_for_mailer(envelope, mailer_, context_.config);
    if (!sender.ok()) return all(result_of_error(sender.error()));
    MacroScope scope(&envelope.macros);
    set_delivery_macros(scope, sender.value(), batch);
    const auto argv = mailer_arguments(mailer_, scope, batch, sender.value());
    if (!argv.ok()) return all(result_of_error(argv.error()));
    tell_start(context_, batch, cat("Connecting to ", mailer_.name, "..."));
    const std::string home = batch.recipients.empty() ? "" : batch.recipients.front()->home;
    if (const std::string why = unsafe_program(context_.config.options, mailer_.path);
        !why.empty()) {
        log_message(LogPriority::kWarning,
                    cat(envelope.id.str(), ": Warning: program ", mailer_.path, " unsafe: ", why));
    }
    if (traffic_logged()) log_traffic_event(cat("EXEC ", join(argv.value(), " ")));
    auto started =
        context_.privileged.start_mailer(mailer_, argv.value(), controller_of(batch), home);
    if (!started.ok()) return all(result_of_error(started.error()));
    if (!speaks_smtp(mailer_)) {
        return all(feed(std::move(started).value(), envelope, batch, message));
    }
    std::vector<DeliveryResult> results =
        speak_smtp(std::move(started).value(), envelope, batch, message, sender.value());
    tell_outcomes(context_, batch, results);
    return results;
}

}  // namespace sm
