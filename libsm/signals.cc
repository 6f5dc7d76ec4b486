#include "libsm/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "libsm/process.h"

namespace sm {
namespace {

struct SignalState {
    std::array<volatile sig_atomic_t, NSIG> arrived{};
    volatile sig_atomic_t write_fd = -1;
    int read_fd = -1;
};

// One of the allowed globals (STYLE section 5): signal flags.
SignalState the_state;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void sm_on_signal(int number) {
    const int saved = errno;
    the_state.arrived[static_cast<std::size_t>(number)] = 1;
    if (the_state.write_fd >= 0) {
        const char octet = 0;
        static_cast<void>(!::write(the_state.write_fd, &octet, 1));
    }
    errno = saved;
}

Status install(int number, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigemptyset(&action.sa_mask);
    if (::sigaction(number, &action, nullptr) != 0) return os_error("sigaction", errno);
    return {};
}

}  // namespace

Status SignalSet::watch(std::initializer_list<int> signals) {
    if (the_state.read_fd < 0) {
        SM_TRY(Pipe pipe, make_pipe());
        for (const int fd : {pipe.read_end.get(), pipe.write_end.get()}) {
            if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) return os_error("fcntl", errno);
        }
        the_state.read_fd = pipe.read_end.release();
        the_state.write_fd = pipe.write_end.release();
    }
    for (const int number : signals) SM_CHECK_OK(install(number, sm_on_signal, 0));
    return {};
}

int SignalSet::wake_fd() {
    return the_state.read_fd;
}

void SignalSet::drain() {
    std::array<char, 64> buffer{};
    while (the_state.read_fd >= 0 && ::read(the_state.read_fd, buffer.data(), buffer.size()) > 0) {
    }
}

bool SignalSet::take(int signal) {
    const bool was = arrived(signal);
    the_state.arrived[static_cast<std::size_t>(signal)] = 0;
    return was;
}

bool SignalSet::arrived(int signal) {
    return the_state.arrived[static_cast<std::size_t>(signal)] != 0;
}

void reset_signals() {
    if (the_state.read_fd >= 0) {
        ::close(the_state.read_fd);
        ::close(the_state.write_fd);
        the_state.read_fd = -1;
        the_state.write_fd = -1;
    }
    for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2}) {
        the_state.arrived[static_cast<std::size_t>(number)] = 0;
        static_cast<void>(install(number, SIG_DFL, 0));
    }
    ignore_sigpipe();
}

void ignore_sigpipe() {
    static_cast<void>(install(SIGPIPE, SIG_IGN, 0));
}

}  // namespace sm
