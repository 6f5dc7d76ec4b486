#include "sendmail/daemon/listening_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// The reference's 10 turns fifty clients that arrive together into SYN retransmissions.
constexpr int kLeastBacklog = 256;
constexpr std::uint16_t kSmtpPort = 25;
constexpr std::uint16_t kSubmissionPort = 587;

Result<std::uint16_t> port_of(const DaemonSpec& spec) {
    if (spec.port.empty()) return spec.name == "MSA" ? kSubmissionPort : kSmtpPort;
    if (const auto number = parse_int(spec.port); number && *number > 0 && *number < 65536) {
        return static_cast<std::uint16_t>(*number);
    }
    const servent* service = ::getservbyname(spec.port.c_str(), "tcp");
    if (service == nullptr) {
        return make_error(Exit::kConfig, cat("daemon port ", spec.port, ": service unknown"));
    }
    return ntohs(static_cast<std::uint16_t>(service->s_port));
}

Status set_int(int fd, int level, int option, int value) {
    if (::setsockopt(fd, level, option, &value, sizeof value) != 0) {
        return os_error("setsockopt", errno);
    }
    return {};
}

bool same_place(const SocketAddress& a, const SocketAddress& b) {
    return a.same_host(b) && a.port() == b.port();
}

}  // namespace

Result<SocketAddress> listening_address(const DaemonSpec& spec, NameService& names) {
    if (spec.family == "unix" || spec.family == "local") {
        const auto path = SocketAddress::unix_path(spec.address);
        if (!path) return make_error(Exit::kConfig, cat("bad socket path ", spec.address));
        return *path;
    }
    SM_TRY(const std::uint16_t port, port_of(spec));
    const bool inet6 = spec.family == "inet6";
    if (spec.address.empty()) return *SocketAddress::parse(inet6 ? "::" : "0.0.0.0", port);
    if (auto literal = SocketAddress::parse(spec.address, port)) return *literal;
    SM_TRY(auto found, names.addresses(spec.address, inet6 ? AF_INET6 : AF_INET,
                                       Deadline::in(std::chrono::seconds(30))));
    if (!found || found->empty()) {
        return make_error(Exit::kConfig, cat("daemon address ", spec.address, ": unknown host"));
    }
    SocketAddress out = found->front();
    out.set_port(port);
    return out;
}

Result<UniqueFd> open_listener(const DaemonSpec& spec, const SocketAddress& address) {
    UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return os_error("socket", errno);
    if (address.is_ip()) {
        SM_CHECK_OK(set_int(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1));
        SM_CHECK_OK(set_int(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1));
        // Inherited by accepted sockets: replies leave at once, one system call less for each.
        SM_CHECK_OK(set_int(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1));
        if (address.family() == AF_INET6) {
            SM_CHECK_OK(set_int(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1));
        }
    } else {
        ::unlink(address.text().c_str());
    }
    if (spec.send_buffer > 0) {
        SM_CHECK_OK(set_int(fd.get(), SOL_SOCKET, SO_SNDBUF, spec.send_buffer));
    }
    if (spec.receive_buffer > 0) {
        SM_CHECK_OK(set_int(fd.get(), SOL_SOCKET, SO_RCVBUF, spec.receive_buffer));
    }
    if (::bind(fd.get(), address.raw(), address.length()) != 0) {
        return os_error(cat("cannot bind ", address.text(), " port ", address.port()), errno);
    }
    const int backlog = spec.backlog_given ? spec.backlog : std::max(spec.backlog, kLeastBacklog);
    if (::listen(fd.get(), backlog) != 0) return os_error("listen", errno);
    return fd;
}

std::string export_listeners(const std::vector<ListeningSocket>& sockets) {
    std::string out;
    for (const ListeningSocket& socket : sockets) {
        if (!socket.fd.valid() || ::fcntl(socket.fd.get(), F_SETFD, 0) != 0) continue;
        append(out, out.empty() ? "" : ",", socket.fd.get());
    }
    return out;
}

void import_listeners(std::string_view exported, std::vector<ListeningSocket>& sockets) {
    for (const std::string_view number : split(exported, ',')) {
        const auto raw = parse_int(number);
        if (!raw || *raw <= STDERR_FILENO || *raw > 1 << 20) continue;
        UniqueFd fd(static_cast<int>(*raw));
        int listening = 0;
        socklen_t size = sizeof listening;
        const bool usable =
            ::getsockopt(fd.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
            listening != 0 && ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) == 0;
        const auto bound = usable ? SocketAddress::local_of(fd.get()) : std::nullopt;
        if (!bound) {
            if (!usable) static_cast<void>(fd.release());  // not ours: leave it alone
            continue;
        }
        for (ListeningSocket& socket : sockets) {
            if (socket.fd.valid() || !same_place(socket.address, *bound)) continue;
            socket.fd = std::move(fd);
            break;
        }
    }
}

}  // namespace sm
