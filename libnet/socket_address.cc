#include "libnet/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "libsm/strings.h"

namespace sm {
namespace {

std::string_view without_decoration(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']') && text.size() >= 2) {
        text = text.substr(1, text.size() - 2);
    }
    if (istarts_with(text, "IPv6:")) text.remove_prefix(5);
    return text;
}

std::string full_ipv6(const in6_addr& address) {
    std::string out;
    for (std::size_t i = 0; i < 16; i += 2) {
        const unsigned group = static_cast<unsigned>(address.s6_addr[i]) << 8 |
                               static_cast<unsigned>(address.s6_addr[i + 1]);
        std::array<char, 8> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), group, 16).ptr;
        if (i > 0) out += ':';
        out.append(digits.data(), end);
    }
    return out;
}

}  // namespace

std::optional<SocketAddress> SocketAddress::from_octets(std::string_view octets,
                                                        std::uint16_t port) {
    SocketAddress out;
    if (octets.size() == sizeof(in_addr)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        std::memcpy(&address.sin_addr, octets.data(), octets.size());
        std::memcpy(&out.storage_, &address, sizeof address);
        out.length_ = sizeof address;
    } else if (octets.size() == sizeof(in6_addr)) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        std::memcpy(&address.sin6_addr, octets.data(), octets.size());
        std::memcpy(&out.storage_, &address, sizeof address);
        out.length_ = sizeof address;
    } else {
        return {};
    }
    out.set_port(port);
    return out;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text, std::uint16_t port) {
    const std::string plain(without_decoration(text));
    std::array<char, 16> octets{};
    if (::inet_pton(AF_INET, plain.c_str(), octets.data()) == 1) {
        return from_octets({octets.data(), 4}, port);
    }
    if (::inet_pton(AF_INET6, plain.c_str(), octets.data()) == 1) {
        return from_octets({octets.data(), 16}, port);
    }
    return {};
}

std::optional<SocketAddress> SocketAddress::unix_path(std::string_view path) {
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path) return {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    SocketAddress out;
    std::memcpy(&out.storage_, &address, sizeof address);
    out.length_ = sizeof address;
    return out;
}

std::optional<SocketAddress> SocketAddress::from_raw(const sockaddr* raw, socklen_t length) {
    if (length < sizeof(sa_family_t) || length > sizeof(sockaddr_storage)) return {};
    SocketAddress out;
    std::memcpy(&out.storage_, raw, length);
    out.length_ = length;
    if (out.family() == AF_INET6) {
        const auto* six = reinterpret_cast<const sockaddr_in6*>(&out.storage_);
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
            const std::uint16_t port = out.port();
            return from_octets(out.octets().substr(12), port);
        }
    }
    return out;
}

std::optional<SocketAddress> SocketAddress::peer_of(int fd) {
    sockaddr_storage raw{};
    socklen_t length = sizeof raw;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&raw), &length) != 0) return {};
    return from_raw(reinterpret_cast<const sockaddr*>(&raw), length);
}

std::optional<SocketAddress> SocketAddress::local_of(int fd) {
    sockaddr_storage raw{};
    socklen_t length = sizeof raw;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length) != 0) return {};
    return from_raw(reinterpret_cast<const sockaddr*>(&raw), length);
}

const sockaddr* SocketAddress::raw() const {
    return reinterpret_cast<const sockaddr*>(&storage_);
}

std::string SocketAddress::octets() const {
    if (family() == AF_INET) {
        const auto* four = reinterpret_cast<const sockaddr_in*>(&storage_);
        return {reinterpret_cast<const char*>(&four->sin_addr), sizeof four->sin_addr};
    }
    if (family() == AF_INET6) {
        const auto* six = reinterpret_cast<const sockaddr_in6*>(&storage_);
        return {reinterpret_cast<const char*>(&six->sin6_addr), sizeof six->sin6_addr};
    }
    return {};
}

bool SocketAddress::is_loopback() const {
    const std::string bytes = octets();
    if (family() == AF_INET) return bytes[0] == 127;
    return family() == AF_INET6 && bytes == std::string(15, '\0') + '\1';
}

std::uint16_t SocketAddress::port() const {
    if (family() == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
    if (family() == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
    }
    return 0;
}

void SocketAddress::set_port(std::uint16_t port) {
    if (family() == AF_INET) reinterpret_cast<sockaddr_in*>(&storage_)->sin_port = htons(port);
    if (family() == AF_INET6) reinterpret_cast<sockaddr_in6*>(&storage_)->sin6_port = htons(port);
}

std::string SocketAddress::text(bool compressed_ipv6) const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (family() == AF_INET) {
        const auto* four = reinterpret_cast<const sockaddr_in*>(&storage_);
        return ::inet_ntop(AF_INET, &four->sin_addr, buffer.data(), buffer.size());
    }
    if (family() == AF_INET6) {
        const auto* six = reinterpret_cast<const sockaddr_in6*>(&storage_);
        if (!compressed_ipv6) return full_ipv6(six->sin6_addr);
        return ::inet_ntop(AF_INET6, &six->sin6_addr, buffer.data(), buffer.size());
    }
    if (family() == AF_UNIX) return reinterpret_cast<const sockaddr_un*>(&storage_)->sun_path;
    return {};
}

std::string SocketAddress::prefixed(bool compressed_ipv6) const {
    return family() == AF_INET6 ? cat("IPv6:", text(compressed_ipv6)) : text();
}

std::string SocketAddress::reverse_name() const {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    const std::string bytes = octets();
    std::string out;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (family() == AF_INET) {
            append(out, static_cast<int>(byte), '.');
        } else {
            append(out, kDigits[byte & 15], '.', kDigits[byte >> 4], '.');
        }
    }
    return out + (family() == AF_INET ? "in-addr.arpa" : "ip6.arpa");
}

bool SocketAddress::same_host(const SocketAddress& other) const {
    return family() == other.family() && is_ip() && octets() == other.octets();
}

}  // namespace sm
