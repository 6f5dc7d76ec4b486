#include "libcf/map_programs.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 8192;
constexpr std::chrono::minutes kLongest{5};

// What the program writes until it closes its output; only the beginning is kept.
Result<std::string> read_output(int fd, Deadline deadline) {
    std::string out;
    std::array<char, 4096> buffer{};
    while (true) {
        pollfd ready{fd, POLLIN, 0};
        const int wait = deadline.poll_timeout();
        const int count = ::poll(&ready, 1, wait);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return make_error(Exit::kTempFail, "no answer in time");
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", errno);
        if (got == 0) return out;
        const std::size_t room = kMaxLine - std::min(kMaxLine, out.size());
        out.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    }
}

ExecSpec exec_spec(const std::vector<std::string>& argv, const Config& config) {
    ExecSpec spec;
    spec.path = argv.front();
    spec.argv = argv;
    spec.environment = config.environment;
    spec.environment.emplace_back("AGENT=sendmail");
    if (::geteuid() == 0) {
        const UserIds& user = config.options.default_user_ids;
        spec.credentials = Credentials{user.uid, user.gid};
    }
    return spec;
}

Result<ProgramAnswer> run(const std::vector<std::string>& argv, const Config& config,
                          Deadline deadline) {
    deadline = deadline.sooner(Deadline::in(kLongest));
    if (::access(argv.front().c_str(), X_OK) != 0) {
        Error error = os_error(argv.front(), errno);
        error.code = Exit::kConfig;
        return error;
    }
    SM_TRY(Pipe pipe, make_pipe());
    ExecSpec spec = exec_spec(argv, config);
    spec.stdout_fd = pipe.write_end.get();
    SM_TRY(const pid_t pid, exec_program(spec));
    pipe.write_end.reset();
    auto output = read_output(pipe.read_end.get(), deadline);
    auto ended = output.ok() ? wait_child(pid, deadline) : std::optional<ChildStatus>{};
    if (!ended.ok() || !ended->has_value()) {
        ::kill(pid, SIGKILL);
        static_cast<void>(wait_child(pid, Deadline::never()));
        return make_error(Exit::kTempFail, cat(argv.front(), ": no answer in time"));
    }
    ProgramAnswer answer;
    answer.line = output->substr(0, output->find('\n'));
    answer.exit_code = (*ended)->exit_code;
    answer.signal = (*ended)->signal;
    return answer;
}

}  // namespace

void add_map_programs(MapEnvironment& environment, const Config& config) {
    environment.run_program = [&config](const std::vector<std::string>& argv, Deadline deadline) {
        return run(argv, config, deadline);
    };
}

}  // namespace sm
