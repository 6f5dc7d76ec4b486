// Outgoing connections with a deadline. Every stream socket gets TCP_NODELAY: replies and command
// batches are written in one piece, and nothing is gained by waiting for more.
#pragma once

#include <optional>

#include "libnet/socket_address.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

struct ConnectOptions {
    std::optional<SocketAddress> bind_to{};  // source address; port 0: any
    int send_buffer = 0;                     // octets; 0: the system's
    int receive_buffer = 0;
};

// The descriptor is non-blocking: a peer that stops reading cannot hold a writer past its deadline.
// Error kTempFail with errno (ETIMEDOUT at the deadline, ECONNREFUSED, ...).
[[nodiscard]] Result<UniqueFd> connect_to(const SocketAddress& address, Deadline deadline,
                                          const ConnectOptions& options = {});

}  // namespace sm
