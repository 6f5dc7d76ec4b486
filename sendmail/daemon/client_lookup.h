// Who a connected socket's peer is: address, name, and whether the two agree.
#pragma once

#include <chrono>

#include "libnet/resolver.h"
#include "sendmail/server/client_facts.h"

namespace sm {

// socket: connected. Looks the name up and verifies it (a name whose addresses do not contain the
// peer's is FORGED; no name: FAIL; a lookup that could not tell: TEMP), and asks its identd (RFC 1413)
// who runs it, for `ident_time` at most; 0: does not ask.
[[nodiscard]] ClientFacts look_up_client(int socket, NameService& names, bool compressed_ipv6,
                                         Deadline deadline, std::chrono::seconds ident_time);

}  // namespace sm
