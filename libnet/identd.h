// The client side of the identification protocol (RFC 1413): who runs the other end of a
// connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libnet/socket_address.h"
#include "libsm/clock.h"

namespace sm {

// Asks port 113 of `peer` from the address `local`, the ends of a connected TCP socket. nullopt: no
// answer in time, an error, or no name in the answer; never an error, for nothing depends on it.
[[nodiscard]] std::optional<std::string> ask_identd(const SocketAddress& local,
                                                    const SocketAddress& peer, Deadline deadline);

// The user of a reply line as $_ shows it: without blanks, controls, octets above 126 and the
// characters that mean something in an address, at most 256 octets; "IDENT:name" where the system is
// OTHER. The port numbers are not compared, as sendmail 8 does not.
[[nodiscard]] std::optional<std::string> parse_ident_reply(std::string_view line);

}  // namespace sm
