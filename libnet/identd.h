// The client side of the identification protocol (RFC 1413): who runs the other end of a
// connection.
#pragma once

#include <optional>
#include <string>

#include "libnet/socket_address.h"
#include "libsm/clock.h"

namespace sm {

// Asks port 113 of the peer of the connected TCP socket `fd`. nullopt: no answer, an error answer,
// or a name that is not printable; never an error, for nothing depends on it. The name is made
// printable and cut.
[[nodiscard]] std::optional<std::string> ask_identd(const SocketAddress& local,
                                                    const SocketAddress& peer, Deadline deadline);

// The user name of a reply line; for the implementation and its tests.
[[nodiscard]] std::optional<std::string> parse_ident_reply(std::string_view line, int peer_port,
                                                           int local_port);

}  // namespace sm
