// ListeningSocket: one DaemonPortOptions line as an open socket.
#pragma once

#include <string>
#include <vector>

#include "libcf/daemon_spec.h"
#include "libnet/resolver.h"
#include "libnet/socket_address.h"
#include "libsm/unique_fd.h"

namespace sm {

struct ListeningSocket {
    const DaemonSpec* spec = nullptr;
    SocketAddress address;
    UniqueFd fd;  // invalid while connections are refused (closed, as in the reference)
};

// The address a line asks for. Error kConfig: unknown service or host.
[[nodiscard]] Result<SocketAddress> listening_address(const DaemonSpec& spec, NameService& names);

// Binds and listens (non-blocking, TCP_NODELAY for what it accepts). Error: kOsErr with errno.
[[nodiscard]] Result<UniqueFd> open_listener(const DaemonSpec& spec, const SocketAddress& address);

// The descriptors of a daemon that restarts itself, for the program that follows it: numbers
// joined by commas; close-on-exec is taken off. "": none.
[[nodiscard]] std::string export_listeners(const std::vector<ListeningSocket>& sockets);
// Takes over those that are bound to the address of one of `sockets`; the others are closed.
void import_listeners(std::string_view exported, std::vector<ListeningSocket>& sockets);

}  // namespace sm
