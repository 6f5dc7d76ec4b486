#include <sys/socket.h>

#include <algorithm>

#include "libnet/resolver.h"
#include "libsm/files.h"
#include "libsm/service_switch.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kMaxAliases = 10;

std::string_view without_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

// The first name with a dot, else the first name.
std::string official_name(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (name.find('.') != std::string::npos) return name;
    }
    return names.front();
}

// The text of a configuration line without its comment.
std::string_view active_part(std::string_view line) {
    return trim(line.substr(0, line.find('#')));
}

}  // namespace

NameService::NameService(NameServiceSettings settings, Resolver& resolver)
    : settings_(std::move(settings)), resolver_(resolver) {
    const auto lines =
        ServiceSwitch::read(settings_.service_switch_file, settings_.service_switch_policy);
    std::vector<std::string> hosts;
    if (lines.ok()) hosts = lines->services("hosts");
    if (hosts.empty()) hosts = {"files", "dns"};
    files_ = std::find(hosts.begin(), hosts.end(), "files") != hosts.end();
    dns_ = std::find(hosts.begin(), hosts.end(), "dns") != hosts.end();
}

void NameService::read_hosts() {
    if (std::exchange(hosts_read_, true)) return;
    const auto text = read_file(settings_.hosts_file, 16U << 20);
    if (!text.ok()) return;
    for (const std::string_view line : split(*text, '\n')) {
        const auto words = split_words(active_part(line));
        if (words.size() < 2) continue;
        HostsLine entry;
        entry.address = words[0];
        for (std::size_t i = 1; i < words.size(); ++i) entry.names.emplace_back(words[i]);
        hosts_.push_back(std::move(entry));
    }
}

const NameService::HostsLine* NameService::find_host(std::string_view name) const {
    for (const HostsLine& line : hosts_) {
        for (const std::string& known : line.names) {
            if (iequals(known, name)) return &line;
        }
    }
    return nullptr;
}

Result<std::optional<std::vector<SocketAddress>>> NameService::addresses(std::string_view host,
                                                                         int family,
                                                                         Deadline deadline) {
    host = without_dot(host);
    std::vector<SocketAddress> found;
    const auto wanted = [&](const SocketAddress& address) {
        return family == AF_UNSPEC || address.family() == family;
    };
    if (files_) {
        read_hosts();
        for (const HostsLine& line : hosts_) {
            const bool named = std::any_of(line.names.begin(), line.names.end(),
                                           [&](const std::string& n) { return iequals(n, host); });
            const auto address = SocketAddress::parse(line.address);
            if (named && address && wanted(*address)) found.push_back(*address);
        }
        if (!found.empty()) return std::optional(std::move(found));
    }
    if (!dns_ || host.empty()) return std::optional<std::vector<SocketAddress>>();
    for (const DnsType type : {DnsType::kA, DnsType::kAaaa}) {
        const int type_family = type == DnsType::kA ? AF_INET : AF_INET6;
        if (family != AF_UNSPEC && family != type_family) continue;
        if (type == DnsType::kAaaa && !settings_.ipv6) continue;
        SM_TRY(const auto answer, resolver_.query(host, type, deadline));
        if (!answer) continue;
        for (const DnsRecord& record : answer->records) {
            const auto address = SocketAddress::parse(record.data);
            if (address) found.push_back(*address);
        }
    }
    if (found.empty()) return std::optional<std::vector<SocketAddress>>();
    return std::optional(std::move(found));
}

Result<std::optional<std::string>> NameService::name_of(const SocketAddress& address,
                                                        Deadline deadline) {
    if (files_) {
        read_hosts();
        for (const HostsLine& line : hosts_) {
            const auto listed = SocketAddress::parse(line.address);
            if (listed && listed->same_host(address)) return std::optional(line.names.front());
        }
    }
    if (!dns_) return std::optional<std::string>();
    SM_TRY(const auto answer, resolver_.query(address.reverse_name(), DnsType::kPtr, deadline));
    if (!answer) return std::optional<std::string>();
    return std::optional(answer->records.front().data);
}

// Names without a dot are those of our own domain.
std::optional<std::string> NameService::name_in_hosts_file(std::string_view host) {
    read_hosts();
    const std::string domain = settings_.domain ? settings_.domain() : std::string();
    const HostsLine* line = find_host(host);
    const std::string_view label = host.substr(0, host.find('.'));
    if (line == nullptr && !domain.empty() && iequals(host, cat(label, '.', domain))) {
        line = find_host(label);
    }
    if (line == nullptr) return std::nullopt;
    std::string name = official_name(line->names);
    if (name.find('.') == std::string::npos && !domain.empty()) append(name, '.', domain);
    return name;
}

Result<std::optional<std::string>> NameService::name_in_dns(std::string name, Deadline deadline) {
    std::string current = name;
    for (int hops = 0; hops < kMaxAliases; ++hops) {
        for (const DnsType type : {DnsType::kMx, DnsType::kA, DnsType::kAaaa}) {
            if (type == DnsType::kAaaa && !settings_.ipv6) continue;
            SM_TRY(const auto answer, resolver_.query(current, type, deadline));
            if (!answer) continue;
            const bool as_asked = iequals(answer->canonical, name);
            return std::optional(as_asked || settings_.dont_expand_cnames ? name
                                                                          : answer->canonical);
        }
        SM_TRY(const auto alias, resolver_.query(current, DnsType::kCname, deadline));
        if (!alias) break;
        current = alias->records.front().data;
    }
    return std::optional<std::string>();
}

Result<std::optional<std::string>> NameService::canonify(std::string_view host, Deadline deadline) {
    const bool complete = host.ends_with('.');
    host = without_dot(host);
    if (host.empty()) return std::optional<std::string>();
    if (files_) {
        if (auto name = name_in_hosts_file(host)) return name;
    }
    if (!dns_) return std::optional<std::string>();
    std::vector<std::string> candidates;
    const bool dotted = host.find('.') != std::string_view::npos;
    if (dotted || complete) candidates.emplace_back(host);
    for (const std::string& domain : settings_.search) {
        if (!complete) candidates.push_back(cat(host, '.', domain));
    }
    if (!dotted && !complete) candidates.emplace_back(host);
    for (std::string& name : candidates) {
        SM_TRY(auto found, name_in_dns(std::move(name), deadline));
        if (found) return found;
    }
    return std::optional<std::string>();
}

}  // namespace sm
