#include "libsm/process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "libsm/log.h"
#include "libsm/port/sanitizer_hooks.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct TitleArea {
    char* start = nullptr;
    std::size_t size = 0;
};

TitleArea& title_area() {
    static TitleArea area;
    return area;
}

constexpr std::size_t kMaxTitlePrefix = 100;

std::string& title_prefix() {
    static std::string prefix;
    return prefix;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> out;
    out.reserve(strings.size() + 1);
    for (const std::string& text : strings) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

void default_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Moves the wanted descriptors above the standard ones first, so that none is overwritten.
bool place_descriptors(const ExecSpec& spec) {
    const std::array wanted = {spec.stdin_fd, spec.stdout_fd, spec.stderr_fd};
    std::array<int, 3> high{};
    for (std::size_t i = 0; i < 3; ++i) {
        const int from = wanted[i] >= 0 ? wanted[i] : ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (from < 0) return false;
        high[i] = ::fcntl(from, F_DUPFD_CLOEXEC, 10);
        if (high[i] < 0) return false;
    }
    for (int i = 0; i < 3; ++i) {
        if (::dup2(high[static_cast<std::size_t>(i)], i) < 0) return false;
    }
    return ::syscall(SYS_close_range, 3U, ~0U, 0U) == 0;
}

Status take_identity(const Credentials& who) {
    if (::geteuid() != 0) {
        if (who.uid == ::geteuid()) return {};
        return make_error(Exit::kOsErr, cat("cannot become uid ", who.uid, ": not root"));
    }
    std::vector<gid_t> groups;
    if (who.groups_of) {
        int count = 64;
        groups.resize(64);
        if (::getgrouplist(who.groups_of->c_str(), who.gid, groups.data(), &count) < 0) {
            groups.resize(static_cast<std::size_t>(std::max(count, 1)));
            if (::getgrouplist(who.groups_of->c_str(), who.gid, groups.data(), &count) < 0) {
                return make_error(Exit::kOsErr, "getgrouplist failed");
            }
        }
        groups.resize(static_cast<std::size_t>(count));
    } else {
        groups.push_back(who.gid);
    }
    return drop_privileges(who.uid, who.gid, groups);
}

Exit run_program(const ExecSpec& spec) {
    if (spec.nice != 0) {
        errno = 0;
        if (::nice(spec.nice) == -1 && errno != 0) return Exit::kOsErr;
    }
    if (!spec.chroot_to.empty() && (::chroot(spec.chroot_to.c_str()) != 0 || ::chdir("/") != 0)) {
        return Exit::kTempFail;
    }
    if (spec.credentials && !take_identity(*spec.credentials).ok()) return Exit::kOsErr;
    bool placed = false;
    for (const std::string& directory : spec.directories) {
        if (::chdir(directory.c_str()) == 0) {
            placed = true;
            break;
        }
    }
    if (!placed && ::chdir("/") != 0) return Exit::kOsErr;
    const std::vector<char*> argv = pointers(spec.argv);
    const std::vector<char*> environment = pointers(spec.environment);
    default_signals();
    if (!place_descriptors(spec)) return Exit::kOsErr;
    ::execve(spec.path.c_str(), argv.data(), environment.data());
    const int number = errno;
    const bool temporary = number == ENOMEM || number == EAGAIN || number == ETXTBSY ||
                           number == EIO || number == ENFILE || number == EMFILE;
    return temporary ? Exit::kOsErr : Exit::kOsFile;
}

ChildStatus decode(pid_t pid, int status) {
    ChildStatus out;
    out.pid = pid;
    if (WIFSIGNALED(status)) {
        out.signal = WTERMSIG(status);
    } else {
        out.exit_code = WEXITSTATUS(status);
    }
    return out;
}

}  // namespace

Result<pid_t> spawn(const std::function<Exit()>& body) {
    const pid_t pid = ::fork();
    if (pid < 0) return os_error("fork", errno);
    if (pid > 0) return pid;
    Exit code = Exit::kTempFail;
    try {
        code = body();
    } catch (const std::exception& problem) {
        log_message(LogPriority::kCritical, cat("unexpected exception: ", problem.what()));
    } catch (...) {
        log_message(LogPriority::kCritical, "unexpected exception");
    }
    exit_now(code);
}

void exit_now(Exit code) {
    const int leak_status = port::before_exit();
    ::_exit(leak_status != 0 ? leak_status : static_cast<int>(code));
}

Result<std::optional<ChildStatus>> wait_child(pid_t pid, Deadline deadline) {
    std::chrono::milliseconds pause{1};
    for (;;) {
        int status = 0;
        const pid_t got = ::waitpid(pid, &status, deadline.is_never() ? 0 : WNOHANG);
        if (got == pid) return std::optional(decode(pid, status));
        if (got < 0 && errno != EINTR) return os_error("waitpid", errno);
        if (got == 0) {
            if (deadline.passed()) return std::optional<ChildStatus>();
            sleep_for(pause);
            pause = std::min(pause * 2, std::chrono::milliseconds(20));
        }
    }
}

std::optional<ChildStatus> reap_any() {
    int status = 0;
    const pid_t got = ::waitpid(-1, &status, WNOHANG);
    if (got <= 0) return {};
    return decode(got, status);
}

Result<pid_t> exec_program(const ExecSpec& spec) {
    return spawn([&spec] { return run_program(spec); });
}

Error exec_self(const std::string& path, const std::vector<std::string>& argv,
                const std::vector<std::string>& environment) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(path.c_str(), pointers(argv).data(), pointers(environment).data());
    return os_error(cat("exec ", path), errno);
}

Status drop_privileges(uid_t uid, gid_t gid, const std::vector<gid_t>& groups) {
    if (::geteuid() == 0 && ::setgroups(groups.size(), groups.data()) != 0) {
        return os_error("setgroups", errno);
    }
    if (::setresgid(gid, gid, gid) != 0) return os_error("setresgid", errno);
    if (::setresuid(uid, uid, uid) != 0) return os_error("setresuid", errno);
    uid_t ruid = 0;
    uid_t euid = 0;
    uid_t suid = 0;
    if (::getresuid(&ruid, &euid, &suid) != 0 || ruid != uid || euid != uid || suid != uid) {
        return make_error(Exit::kOsErr, "setresuid did not take effect");
    }
    if (uid != 0 && ::setuid(0) == 0) {
        return make_error(Exit::kOsErr, "root could be taken back after it was given up");
    }
    return {};
}

void init_process_title(int argc, char** argv) {
    if (argc < 1) return;
    char* end = argv[0] + std::strlen(argv[0]) + 1;
    for (int i = 1; i < argc; ++i) {
        if (argv[i] == end) end = argv[i] + std::strlen(argv[i]) + 1;
    }
    // The environment follows the arguments in memory; it is copied away, so that the title can
    // grow over it.
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (*entry == end) end = *entry + std::strlen(*entry) + 1;
    }
    for (char** entry = environ; *entry != nullptr; ++entry) *entry = ::strdup(*entry);
    title_area() = {argv[0], static_cast<std::size_t>(end - argv[0])};
}

void set_process_title_prefix(std::string_view prefix) {
    title_prefix() = printable(prefix, kMaxTitlePrefix);
}

void set_process_title(std::string_view text) {
    const TitleArea area = title_area();
    if (area.start == nullptr || area.size < 2) return;
    const std::string& prefix = title_prefix();
    const std::string title =
        cat("sendmail: ", prefix, prefix.empty() ? "" : ": ", printable(text, 400));
    const std::size_t length = std::min(title.size(), area.size - 1);
    std::memcpy(area.start, title.data(), length);
    std::memset(area.start + length, 0, area.size - length);
}

Result<SocketPair> make_socket_pair(bool sequenced_packets) {
    std::array<int, 2> fds{};
    const int type = (sequenced_packets ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC;
    if (::socketpair(AF_UNIX, type, 0, fds.data()) != 0) return os_error("socketpair", errno);
    return SocketPair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<Pipe> make_pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) return os_error("pipe", errno);
    return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<UniqueFd> daemonize() {
    SM_TRY(Pipe ready, make_pipe());
    const pid_t pid = ::fork();
    if (pid < 0) return os_error("fork", errno);
    if (pid > 0) {
        ready.write_end.reset();
        char octet = 0;
        const ssize_t count = ::read(ready.read_end.get(), &octet, 1);
        if (count == 1) exit_now(Exit::kOk);
        int status = 0;
        const bool ended = ::waitpid(pid, &status, 0) == pid && WIFEXITED(status);
        const int code = ended ? WEXITSTATUS(status) : 0;
        exit_now(code != 0 ? static_cast<Exit>(code) : Exit::kOsErr);
    }
    ready.read_end.reset();
    ::setsid();
    const int null = ::open("/dev/null", O_RDWR);
    if (null >= 0) {
        for (int fd = 0; fd < 3; ++fd) ::dup2(null, fd);
        if (null > 2) ::close(null);
    }
    return std::move(ready.write_end);
}

}  // namespace sm
