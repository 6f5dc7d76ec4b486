// vacation: answers mail while its user is away. Manual page: vacation.1.
// Exit status: 0; 64 usage; 65 no "From " line; 66 no message file; 67 no such user; 73 the
// database cannot be made; 75 the answer could not be sent.
#include <pwd.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>

#include "libsm/byte_stream.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "vacation/reply_database.h"
#include "vacation/reply_rules.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1U << 20;
constexpr std::size_t kMaxHeaderLines = 10000;

struct Arguments {
    std::vector<std::string> names;  // aliases, then the login
    std::string database = ".vacation";
    std::string message = ".vacation.msg";
    std::string reply_to;                       // -s
    std::optional<std::string> return_address;  // -R, -z
    std::optional<std::int64_t> interval;       // -r
    bool database_given = false;
    bool message_given = false;
    bool to_stderr = false;
    bool initialize = false;
    bool any_recipient = false;
    bool list = false;
    bool exclude = false;
    bool no_password_file = false;
};

class Reporter {
  public:
    explicit Reporter(bool to_stderr) : to_stderr_(to_stderr) {
        if (!to_stderr) log_open_syslog("vacation");
    }
    Exit operator()(Exit status, std::string_view text) const {
        if (to_stderr_) {
            static_cast<void>(write_all(STDERR_FILENO, cat(text, '\n')));
        } else {
            log_message(LogPriority::kNotice, text);
        }
        return status;
    }

  private:
    bool to_stderr_;
};

// Days, or anything that does not begin with a digit for "only once".
std::int64_t interval_of(std::string_view days) {
    const bool number = !days.empty() && is_digit(days.front());
    return number ? leading_int(days) * 86400 : 0;
}

bool take_option(int letter, const char* value, Arguments* out) {
    switch (letter) {
        case 'a':
            out->names.emplace_back(value);
            return true;
        case 'C':
        case 't':
            return true;
        case 'd':
            out->to_stderr = true;
            return true;
        case 'f':
            out->database = value;
            out->database_given = true;
            return true;
        case 'i':
        case 'I':
            out->initialize = true;
            return true;
        case 'j':
            out->any_recipient = true;
            return true;
        case 'l':
            out->list = true;
            return true;
        case 'm':
            out->message = value;
            out->message_given = true;
            return true;
        case 'R':
            out->return_address = value;
            return true;
        case 'r':
            out->interval = interval_of(value);
            return true;
        case 's':
            out->reply_to = value;
            return true;
        case 'U':
            out->no_password_file = true;
            return true;
        case 'x':
            out->exclude = true;
            return true;
        case 'z':
            out->return_address = "<>";
            return true;
        default:
            return false;
    }
}

bool parse(int argc, char** argv, Arguments* out) {
    int letter = 0;
    ::opterr = 0;
    while ((letter = ::getopt(argc, argv, "a:C:df:iIjlm:R:r:s:t:Uxz")) != -1) {
        if (!take_option(letter, ::optarg, out)) return false;
    }
    if (argc - ::optind > 1) return false;
    if (::optind < argc) {
        out->names.emplace_back(argv[::optind]);
        return true;
    }
    // On the command line the login may be left out where nothing is answered.
    if (!out->initialize && !out->list && !out->exclude) return false;
    if (out->no_password_file) return true;
    const passwd* self = ::getpwuid(::getuid());
    if (self != nullptr) out->names.emplace_back(self->pw_name);
    return self != nullptr;
}

Exit usage(const Reporter& report) {
    return report(
        Exit::kUsage,
        cat("uid ", ::getuid(),
            ": usage: vacation [-a alias] [-C cfpath] [-d] [-f db] [-i] [-j] [-l] [-m msg] "
            "[-R returnaddr] [-r interval] [-s sender] [-t time] [-U] [-x] [-z] login"));
}

// The files are relative to the home directory of the login.
Exit find_files(Arguments* arguments, const Reporter& report) {
    if (arguments->no_password_file) {
        if (arguments->database_given && arguments->message_given) return Exit::kOk;
        return report(Exit::kNoInput, "vacation: -U requires setting both -f and -m");
    }
    const std::string& login = arguments->names.back();
    const passwd* user = ::getpwnam(login.c_str());
    if (user == nullptr) return report(Exit::kNoUser, cat("vacation: no such user ", login, "."));
    for (std::string* file : {&arguments->database, &arguments->message}) {
        if (!file->starts_with('/')) *file = cat(user->pw_dir, '/', *file);
    }
    return Exit::kOk;
}

void print_entry(std::string_view address, std::int64_t time) {
    std::string shown(address);
    shown.resize(std::max<std::size_t>(shown.size(), 40), ' ');
    std::string when = "(exclusion)";
    if (time != 0) {
        const std::time_t seconds = time;
        tm parts{};
        std::string buffer(64, '\0');
        buffer.resize(std::strftime(buffer.data(), buffer.size(), "%a %b %e %H:%M:%S %Y",
                                    ::localtime_r(&seconds, &parts)));
        when = buffer;
    }
    static_cast<void>(write_all(STDOUT_FILENO, cat(shown, ' ', when, '\n')));
}

Result<std::vector<std::string>> read_lines(bool header_only) {
    FdStream input{UniqueFd(STDIN_FILENO)};
    LineReader reader(input, kMaxLine);
    std::vector<std::string> out;
    bool body = false;
    for (;;) {
        SM_TRY(auto line, reader.read_line(Deadline::never()));
        if (line.end) return out;
        // The rest is read all the same: the sender of it must not see a broken pipe.
        if (body || out.size() >= kMaxHeaderLines) continue;
        body = header_only && line.text.empty();
        if (!body) out.push_back(std::move(line.text));
    }
}

Exit send_answer(const Arguments& arguments, const std::string& to, const std::string& text,
                 const Reporter& report) {
    auto pipe = make_pipe();
    if (!pipe.ok()) return report(Exit::kTempFail, cat("vacation: ", pipe.error().text));
    ExecSpec spec;
    spec.path = SM_SENDMAIL_PATH;
    spec.argv = {"sendmail", "-oi", "-f", arguments.return_address.value_or(arguments.names.back()),
                 "--",       to};
    spec.environment = {"PATH=/bin:/usr/bin"};
    spec.stdin_fd = pipe->read_end.get();
    const auto pid = exec_program(spec);
    if (!pid.ok()) return report(Exit::kTempFail, cat("vacation: ", pid.error().text));
    pipe->read_end.reset();
    const Status written =
        write_all(pipe->write_end.get(), cat("To: ", to, "\nAuto-Submitted: auto-replied\n", text));
    pipe->write_end.reset();
    const auto ended = wait_child(*pid, Deadline::never());
    const bool good = written.ok() && ended.ok() && ended->has_value() && (*ended)->signal == 0 &&
                      (*ended)->exit_code == 0;
    return good ? Exit::kOk : report(Exit::kTempFail, "vacation: cannot send the answer");
}

Exit answer(const Arguments& arguments, const ReplyDatabase& database, const Reporter& report) {
    const auto text = read_file(arguments.message, 1U << 20);
    const auto lines = read_lines(true);
    if (!lines.ok()) return report(Exit::kTempFail, cat("vacation: ", lines.error().text));
    const IncomingMessage message = read_message(*lines, arguments.names);
    const std::string to = arguments.reply_to.empty() ? message.sender : arguments.reply_to;
    if (message.sender.empty() && arguments.reply_to.empty()) {
        const bool no_line = lines->empty() || !lines->front().starts_with("From ");
        return no_line ? report(Exit::kDataErr, "vacation: no initial \"From \" line.") : Exit::kOk;
    }
    if (message.automatic || is_machine(to) || to.starts_with('-')) return Exit::kOk;
    if (!message.for_me && !arguments.any_recipient) return Exit::kOk;
    const std::int64_t now = std::time(nullptr);
    const auto due = database.is_due(to, now);
    if (!due.ok()) return report(Exit::kCantCreate, cat("vacation: ", due.error().text));
    if (!*due) return Exit::kOk;
    if (!text.ok()) {
        return report(Exit::kNoInput, cat("vacation: no ", arguments.message, " file."));
    }
    // First the note, then the answer: a failure must not make a loop of answers.
    const Status noted = database.note_answer(to, now);
    if (!noted.ok()) return report(Exit::kCantCreate, cat("vacation: ", noted.error().text));
    return send_answer(arguments, to, *text, report);
}

Exit run(int argc, char** argv) {
    ignore_sigpipe();
    Arguments arguments;
    const bool understood = parse(argc, argv, &arguments);
    const Reporter report(arguments.to_stderr);
    if (!understood) return usage(report);
    if (const Exit bad = find_files(&arguments, report); bad != Exit::kOk) return bad;
    const ReplyDatabase database(arguments.database);
    const auto ended = [&report, &arguments](const Status& status) {
        if (status.ok()) return Exit::kOk;
        return report(Exit::kCantCreate,
                      cat("vacation: ", arguments.database, ": ", status.error().text));
    };
    if (arguments.list) return ended(database.list(print_entry));
    if (arguments.initialize) {
        const Exit made = ended(database.initialize(arguments.interval));
        if (made != Exit::kOk || !arguments.exclude) return made;
    }
    if (arguments.exclude) {
        const auto lines = read_lines(false);
        return ended(lines.ok() ? database.exclude(*lines) : Status(lines.error()));
    }
    return answer(arguments, database, report);
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
