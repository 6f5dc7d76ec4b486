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
#include <memory>

namespace sm {

namespace {

using AddressList = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

AddressList resolve(const std::string& name, int flags) {
    addrinfo hints{};
    hints.ai_flags = flags;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) list = nullptr;
    return {list, [](addrinfo* head) {
                if (head != nullptr) ::freeaddrinfo(head);
            }};
}

// "[127.0.0.1]" or "[IPv6:...]"; "" for other families.
std::string bracketed(const sockaddr* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    sockaddr_storage copy{};
    if (address->sa_family == AF_INET) {
        std::copy_n(reinterpret_cast<const char*>(address), sizeof(sockaddr_in),
                    reinterpret_cast<char*>(&copy));
        const auto* in = reinterpret_cast<const sockaddr_in*>(&copy);
        if (::inet_ntop(AF_INET, &in->sin_addr, text.data(), text.size()) == nullptr) return {};
        return cat('[', std::string_view(text.data()), ']');
    }
    if (address->sa_family == AF_INET6) {
        std::copy_n(reinterpret_cast<const char*>(address), sizeof(sockaddr_in6),
                    reinterpret_cast<char*>(&copy));
        const auto* in = reinterpret_cast<const sockaddr_in6*>(&copy);
        std::string out = "[IPv6:";
        for (std::size_t i = 0; i < 16; i += 2) {
            const unsigned group =
                (unsigned{in->sin6_addr.s6_addr[i]} << 8U) | in->sin6_addr.s6_addr[i + 1];
            std::array<char, 8> hex{};
            const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), group, 16).ptr;
            append(out, i == 0 ? "" : ":", std::string_view(hex.data(), end));
        }
        return out + ']';
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
    if (!out.qualified()) {
        const AddressList found = resolve(out.canonical, AI_CANONNAME);
        if (found && found->ai_canonname != nullptr &&
            std::string_view(found->ai_canonname).find('.') != std::string_view::npos) {
            add_unique(out.aliases, out.canonical);
            out.canonical = found->ai_canonname;
        }
        for (const addrinfo* entry = found.get(); entry != nullptr; entry = entry->ai_next) {
            add_unique(out.aliases, bracketed(entry->ai_addr));
        }
    }
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
