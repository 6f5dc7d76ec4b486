// SocketAddress: an IPv4, IPv6 or UNIX socket address as a value.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

class SocketAddress {
  public:
    SocketAddress() = default;

    // "192.0.2.1", "2001:db8::1", "IPv6:2001:db8::1", each also in brackets; host order port.
    [[nodiscard]] static std::optional<SocketAddress> parse(std::string_view text,
                                                            std::uint16_t port = 0);
    [[nodiscard]] static std::optional<SocketAddress> unix_path(std::string_view path);
    // 4 or 16 octets in network order.
    [[nodiscard]] static std::optional<SocketAddress> from_octets(std::string_view octets,
                                                                  std::uint16_t port = 0);
    [[nodiscard]] static std::optional<SocketAddress> from_raw(const sockaddr* raw,
                                                               socklen_t length);
    [[nodiscard]] static std::optional<SocketAddress> peer_of(int fd);
    [[nodiscard]] static std::optional<SocketAddress> local_of(int fd);

    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] std::uint16_t port() const;
    void set_port(std::uint16_t port);

    // "192.0.2.1"; "2001:db8:0:0:0:0:0:1" in full (as with IPV6_FULL) or compressed; the path of a
    // UNIX socket. {client_addr} puts "IPv6:" in front: prefixed().
    [[nodiscard]] std::string text(bool compressed_ipv6 = false) const;
    [[nodiscard]] std::string prefixed(bool compressed_ipv6 = false) const;
    // "1.2.0.192.in-addr.arpa" or the nibbles under ip6.arpa.
    [[nodiscard]] std::string reverse_name() const;
    // Address without port, in network order.
    [[nodiscard]] std::string octets() const;

    [[nodiscard]] const sockaddr* raw() const;
    [[nodiscard]] socklen_t length() const { return length_; }
    // Same family and address; ports are not compared.
    [[nodiscard]] bool same_host(const SocketAddress& other) const;

  private:
    sockaddr_storage storage_{};
    socklen_t length_ = 0;
};

}  // namespace sm
