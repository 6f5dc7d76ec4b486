#include "libcf/host_identity.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sm {

namespace {

// "[127.0.0.1]" or "[IPv6:...]", all groups written; "" for other families. raw: the octets of the
// address in network order.
std::string bracketed(int family, const void* raw) {
    if (family == AF_INET) {
        std::array<char, INET_ADDRSTRLEN> text{};
        if (::inet_ntop(AF_INET, raw, text.data(), text.size()) == nullptr) return {};
        return cat('[', std::string_view(text.data()), ']');
    }
    if (family != AF_INET6) return {};
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), raw, octets.size());
    std::string out = "[IPv6:";
    for (std::size_t i = 0; i < octets.size(); i += 2) {
        const unsigned group = (unsigned{octets[i]} << 8U) | octets[i + 1];
        std::array<char, 8> hex{};
        const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), group, 16).ptr;
        append(out, i == 0 ? "" : ":", std::string_view(hex.data(), end));
    }
    return out + ']';
}

std::string bracketed(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        return bracketed(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        return bracketed(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
    }
    return {};
}

void add_unique(std::vector<std::string>& list, std::string name) {
    if (!name.empty() && std::find(list.begin(), list.end(), name) == list.end()) {
        list.push_back(std::move(name));
    }
}

}  // namespace

HostIdentity find_host_identity() {
    HostIdentity out;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') {
        std::copy_n("localhost", 10, name.begin());
    }
    out.canonical = name.data();
    const std::string asked = out.canonical;
    bool renamed = false;
    for (const int family : {AF_INET6, AF_INET}) {
        const hostent* found = ::gethostbyname2(asked.c_str(), family);
        if (found == nullptr) continue;
        const std::string_view official = found->h_name;
        if (!renamed && official.find('.') != std::string_view::npos) {
            out.canonical = official;
            renamed = true;
        }
        add_unique(out.aliases, std::string(official));
        for (char** alias = found->h_aliases; *alias != nullptr; ++alias) {
            add_unique(out.aliases, *alias);
        }
        for (char** address = found->h_addr_list; *address != nullptr; ++address) {
            add_unique(out.aliases, bracketed(found->h_addrtype, *address));
        }
    }
    if (renamed) add_unique(out.aliases, asked);
    utsname system{};
    if (::uname(&system) == 0) out.node = system.nodename;
    return out;
}

std::vector<std::string> interface_names(bool skip_loopback) {
    std::vector<std::string> out;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return out;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0) continue;
        if (skip_loopback && (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
        const std::string address = bracketed(entry->ifa_addr);
        if (address.empty()) continue;
        add_unique(out, address);
        std::array<char, NI_MAXHOST> host{};
        const socklen_t size =
            entry->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        if (::getnameinfo(entry->ifa_addr, size, host.data(), host.size(), nullptr, 0,
                          NI_NAMEREQD) == 0) {
            add_unique(out, host.data());
        }
    }
    ::freeifaddrs(list);
    return out;
}

}  // namespace sm
