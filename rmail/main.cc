// rmail: takes a message from UUCP on standard input and gives it to sendmail. Manual: rmail.8.
// Exit status: that of sendmail; 64 usage, 65 no usable From_ line, 75 otherwise.
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "libsm/byte_stream.h"
#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "rmail/from_lines.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1U << 30;

struct Arguments {
    std::string domain = "UUCP";
    std::vector<std::string> users;
};

Exit usage() {
    std::cerr << "usage: rmail [-T] [-D domain] user ...\n";
    return Exit::kUsage;
}

Exit complain(const Error& error) {
    std::cerr << "rmail: " << error.text << '\n';
    return error.code;
}

// An address must not be read as an option, nor as two by uucp's quoting of commas.
Result<std::vector<std::string>> sendmail_argv(const Arguments& arguments,
                                               const UucpOrigin& origin) {
    std::vector<std::string> argv = {"sendmail",
                                     "-oee",
                                     "-odq",
                                     "-oi",
                                     cat("-p", arguments.domain, ':', origin.host),
                                     cat("-f", origin.path),
                                     "--"};
    for (const std::string& user : arguments.users) {
        if (user.starts_with('-')) {
            return make_error(Exit::kUsage, cat("address starts with a dash: ", printable(user)));
        }
        argv.push_back(user.find(',') != std::string::npos && user.find('<') == std::string::npos
                           ? cat('<', user, '>')
                           : user);
    }
    return argv;
}

Exit pass_on(LineReader& reader, std::string first_line, bool has_first,
             std::vector<std::string> argv) {
    auto pipe = make_pipe();
    if (!pipe.ok()) return complain(pipe.error());
    ExecSpec spec;
    spec.path = SM_SENDMAIL_PATH;
    spec.argv = std::move(argv);
    spec.environment = {"PATH=/bin:/usr/bin"};
    spec.stdin_fd = pipe->read_end.get();
    spec.stdout_fd = STDOUT_FILENO;
    spec.stderr_fd = STDERR_FILENO;
    const auto pid = exec_program(spec);
    if (!pid.ok()) return complain(pid.error());
    pipe->read_end.reset();
    Status written;
    if (has_first) written = write_all(pipe->write_end.get(), first_line + '\n');
    while (written.ok()) {
        const auto line = reader.read_line(Deadline::never());
        if (!line.ok()) return complain(line.error());
        if (line->end) break;
        written = write_all(pipe->write_end.get(), line->text + '\n');
    }
    pipe->write_end.reset();
    const auto ended = wait_child(*pid, Deadline::never());
    if (!ended.ok() || !ended->has_value() || (*ended)->signal != 0) return Exit::kTempFail;
    const int code = (*ended)->exit_code;
    return code == 0 && !written.ok() ? Exit::kTempFail : static_cast<Exit>(code);
}

Exit run(int argc, char** argv) {
    ignore_sigpipe();
    Arguments arguments;
    int option = 0;
    while ((option = ::getopt(argc, argv, "D:T")) != -1) {
        if (option == 'D') {
            arguments.domain = ::optarg;
        } else if (option != 'T') {
            return usage();
        }
    }
    for (int i = ::optind; i < argc; ++i) arguments.users.emplace_back(argv[i]);
    if (arguments.users.empty()) return usage();

    FdStream input{UniqueFd(STDIN_FILENO)};
    LineReader reader(input, kMaxLine);
    FromLines from_lines;
    std::string first_line;
    bool has_first = false;
    for (;;) {
        const auto line = reader.read_line(Deadline::never());
        if (!line.ok()) return complain(line.error());
        if (line->end) break;
        const auto taken = from_lines.take(line->text);
        if (!taken.ok()) return complain(taken.error());
        if (*taken) continue;
        first_line = line->text;
        has_first = true;
        break;
    }
    const auto origin = from_lines.finish();
    if (!origin.ok()) return complain(origin.error());
    auto command = sendmail_argv(arguments, *origin);
    if (!command.ok()) return complain(command.error());
    return pass_on(reader, std::move(first_line), has_first, std::move(*command));
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
