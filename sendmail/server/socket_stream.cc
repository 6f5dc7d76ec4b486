#include "sendmail/server/socket_stream.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "libsm/signals.h"
#include "libsm/strings.h"

namespace sm {
namespace {

Error stream_error(std::string_view what, int number) {
    if (number == EAGAIN || number == ETIMEDOUT) {
        return {Exit::kTempFail, cat(what, ": timed out"), ETIMEDOUT, {}};
    }
    return {Exit::kIoErr, cat(what, ": ", std::strerror(number)), number, {}};
}

}  // namespace

void SocketStream::set_timeout(int option, Deadline deadline, int* current) const {
    const int left = deadline.poll_timeout();
    // Rounded up; 0 would mean "for ever" to the kernel, so never is asked for explicitly.
    const int seconds = left < 0 ? 0 : left / 1000 + 1;
    // A second more or less is no reason for a system call.
    if (*current >= 0 && std::abs(*current - seconds) <= 1) return;
    const timeval span{seconds, 0};
    if (::setsockopt(socket_.get(), SOL_SOCKET, option, &span, sizeof span) == 0) {
        *current = seconds;
    }
}

Result<std::size_t> SocketStream::read(char* buffer, std::size_t size, Deadline deadline) {
    for (;;) {
        if (deadline.passed()) return stream_error("read", ETIMEDOUT);
        set_timeout(SO_RCVTIMEO, deadline, &read_timeout_);
        const ssize_t count = ::recv(socket_.get(), buffer, size, 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno == EINTR && !SignalSet::arrived(SIGTERM)) continue;
        return stream_error("read", errno);
    }
}

Status SocketStream::write(std::string_view data, Deadline deadline) {
    while (!data.empty()) {
        set_timeout(SO_SNDTIMEO, deadline, &write_timeout_);
        const ssize_t count = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            data.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR || deadline.passed()) {
            return stream_error("write", errno);
        }
    }
    return {};
}

bool SocketStream::pending() const {
    pollfd entry{socket_.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
}

}  // namespace sm
