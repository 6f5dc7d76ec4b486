#include "sendmail/deliver/token_source.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "libsm/byte_stream.h"
#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxOutput = 65536;
constexpr std::size_t kMaxToken = 8192;
constexpr std::chrono::seconds kGrace{2};

// RFC 6750 section 2.1.
bool is_token_char(char c) {
    return is_alnum(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

Result<std::string> first_line(std::string_view text, std::string_view source) {
    const std::string_view line = trim(text.substr(0, text.find('\n')));
    if (line.empty()) return make_error(Exit::kTempFail, cat(source, ": no token"));
    if (line.size() > kMaxToken || !std::all_of(line.begin(), line.end(), is_token_char)) {
        return make_error(Exit::kTempFail, cat(source, ": the first line is not a token"));
    }
    return std::string(line);
}

Result<std::string> read_output(int fd, Deadline deadline) {
    FdStream stream{UniqueFd(::dup(fd))};
    std::string out;
    char buffer[4096];
    while (out.size() <= kMaxOutput) {
        SM_TRY(const std::size_t count, stream.read(buffer, sizeof buffer, deadline));
        if (count == 0) return out;
        out.append(buffer, count);
    }
    return make_error(Exit::kTempFail, "too much output");
}

// A program that does not end is ended.
Result<ChildStatus> end_of(pid_t pid, Deadline deadline) {
    SM_TRY(std::optional<ChildStatus> ended, wait_child(pid, deadline));
    if (ended) return *ended;
    ::kill(pid, SIGKILL);
    SM_TRY(ended, wait_child(pid, Deadline::in(kGrace)));
    return make_error(Exit::kTempFail, "does not end");
}

Result<std::string> run(std::string_view command, Deadline deadline) {
    ExecSpec spec;
    for (const std::string_view word : split_words(command)) spec.argv.emplace_back(word);
    if (spec.argv.empty() || spec.argv[0].front() != '/') {
        return make_error(Exit::kTempFail, "not an absolute path");
    }
    spec.path = spec.argv[0];
    spec.environment = {"PATH=/usr/bin:/bin", "LANG=C"};
    SM_TRY(Pipe pipe, make_pipe());
    spec.stdout_fd = pipe.write_end.get();
    SM_TRY(const pid_t pid, exec_program(spec));
    pipe.write_end.reset();
    const auto output = read_output(pipe.read_end.get(), deadline);
    if (!output.ok()) ::kill(pid, SIGKILL);
    SM_TRY(const ChildStatus ended, end_of(pid, deadline));
    if (!output.ok()) return output.error();
    if (ended.signal != 0) return make_error(Exit::kTempFail, cat("signal ", ended.signal));
    if (ended.exit_code != 0) {
        return make_error(Exit::kTempFail, cat("exit status ", ended.exit_code));
    }
    return output;
}

}  // namespace

Result<std::string> fetch_token(std::string_view source, const KeyFilePolicy& policy,
                                Deadline deadline) {
    if (source.starts_with('|')) {
        const std::string_view command = trim(source.substr(1));
        const std::string_view program = command.substr(0, command.find(' '));
        const auto output = run(command, deadline);
        if (output.ok()) return first_line(*output, program);
        return make_error(Exit::kTempFail, cat(program, ": ", output.error().text));
    }
    const std::string path(source);
    if (const Status safe = check_key_file(path, KeyFileKind::kPrivate, policy); !safe.ok()) {
        return make_error(Exit::kTempFail, safe.error().text);
    }
    const auto text = read_file(path, kMaxOutput);
    if (!text.ok()) return make_error(Exit::kTempFail, text.error().text);
    return first_line(*text, path);
}

}  // namespace sm
