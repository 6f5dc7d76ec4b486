// ClientFacts: who is at the other end of a session, as far as the connection itself tells.
#pragma once

#include <string>
#include <string_view>

namespace sm {

struct ClientFacts {
    bool is_network = false;         // false: -bs, standard input
    std::string name = "localhost";  // verified name, or "[address]"
    std::string address;         // "127.0.0.1", "IPv6:2001:db8:0:0:0:0:0:1"; "" for a UNIX socket
    std::string ptr;             // name of the address's PTR record, verified or not
    std::string resolve = "OK";  // OK FAIL FORGED TEMP
    std::string port;
    std::string ident;              // RFC 1413 answer, or the caller's login name with -bs
    std::string interface_address;  // of our end: {if_addr}; "" for loopback
    std::string interface_name;
    std::string interface_family;
    int connections = 0;  // open ones of this address, this one included
    int rate = 0;         // of this address within ConnectionRateWindowSize
    int total_rate = 0;   // of all addresses
    int failed_auth = 0;  // sessions of this address that were refused AUTH a short while ago

    // "localhost [127.0.0.1]", "[127.0.0.20]" or "user@localhost": relay= and $_.
    [[nodiscard]] std::string relay() const;
};

}  // namespace sm
