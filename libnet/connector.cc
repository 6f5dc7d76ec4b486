#include "libnet/connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>

#include "libsm/files.h"

namespace sm {
namespace {

Error connect_error(int number) {
    return {Exit::kTempFail, std::strerror(number), number, {}};
}

void set_buffer(int fd, int option, int octets) {
    if (octets > 0) ::setsockopt(fd, SOL_SOCKET, option, &octets, sizeof octets);
}

}  // namespace

Result<UniqueFd> connect_to(const SocketAddress& address, Deadline deadline,
                            const ConnectOptions& options) {
    UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return connect_error(errno);
    set_buffer(fd.get(), SO_SNDBUF, options.send_buffer);
    set_buffer(fd.get(), SO_RCVBUF, options.receive_buffer);
    if (address.is_ip()) {
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (options.bind_to && options.bind_to->family() == address.family() &&
        ::bind(fd.get(), options.bind_to->raw(), options.bind_to->length()) != 0) {
        return connect_error(errno);
    }
    if (::connect(fd.get(), address.raw(), address.length()) != 0) {
        if (errno != EINPROGRESS && errno != EINTR) return connect_error(errno);
        SM_TRY(const bool ready, wait_writable(fd.get(), deadline));
        if (!ready) return connect_error(ETIMEDOUT);
        int problem = 0;
        socklen_t length = sizeof problem;
        if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &problem, &length) != 0) problem = errno;
        if (problem != 0) return connect_error(problem);
    }
    return fd;
}

}  // namespace sm
