#include "libnet/mx_lookup.h"

#include <algorithm>

#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxHosts = 100;

std::string_view without_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

MxList refusal(Exit status, std::string dsn, std::string message) {
    MxList out;
    out.status = status;
    out.dsn = std::move(dsn);
    out.message = std::move(message);
    return out;
}

// Puts hosts of equal preference into random order (RFC 5321 5.1).
void shuffle_equals(std::vector<MxHost>& hosts, const MxOptions& options) {
    const auto pick = options.pick ? options.pick : [](std::size_t count) -> std::size_t {
        return random_number() % count;
    };
    for (std::size_t first = 0; first < hosts.size();) {
        std::size_t end = first + 1;
        while (end < hosts.size() && hosts[end].preference == hosts[first].preference) ++end;
        for (std::size_t left = end - first; left > 1; --left) {
            std::swap(hosts[first + pick(left)], hosts[first + left - 1]);
        }
        first = end;
    }
}

// Hosts as good as or worse than ourselves are dropped. False: we are the best one.
bool drop_ourselves(std::vector<MxHost>& hosts, const MxOptions& options) {
    if (!options.is_local) return true;
    const auto own = std::find_if(hosts.begin(), hosts.end(), [&](const MxHost& host) {
        return !host.literal && options.is_local(host.name);
    });
    if (own == hosts.end()) return true;
    const int limit = own->preference;
    std::erase_if(hosts, [limit](const MxHost& host) { return host.preference >= limit; });
    return !hosts.empty();
}

// One element of the host list.
MxList lookup_one(std::string_view host, NameService& names, const MxOptions& options,
                  Deadline deadline) {
    MxList out;
    if (host.starts_with('[') && host.ends_with(']')) {
        const std::string_view inner = host.substr(1, host.size() - 2);
        const auto address = SocketAddress::parse(inner);
        out.hosts.push_back({address ? address->text(true) : std::string(without_dot(inner)), 0,
                             address.has_value()});
        return out;
    }
    const std::string name(without_dot(host));
    if (!options.use_mx || !names.uses_dns()) {
        out.hosts.push_back({name, 0, false});
        return out;
    }
    auto answer = names.resolver().query(name, DnsType::kMx, deadline);
    if (!answer.ok()) return refusal(Exit::kTempFail, "4.4.3", answer.error().text);
    if (!answer->has_value()) {
        out.hosts.push_back({name, 0, false});
        return out;
    }
    const DnsAnswer& found = **answer;
    out.from_mx = true;
    out.authentic = found.authentic;
    for (const DnsRecord& record : found.records) {
        if (out.hosts.size() >= kMaxHosts) break;
        if (record.data.empty()) continue;
        out.hosts.push_back({record.data, record.preference, false});
    }
    if (out.hosts.empty()) {
        return refusal(Exit::kUnavailable, "5.1.10", "Host does not accept mail: MX 0 .");
    }
    std::stable_sort(out.hosts.begin(), out.hosts.end(),
                     [](const MxHost& a, const MxHost& b) { return a.preference < b.preference; });
    if (!drop_ourselves(out.hosts, options)) {
        if (options.try_null_mx_list) {
            out.hosts.push_back({name, 0, false});
        } else {
            return refusal(Exit::kConfig, "5.3.5",
                           "config error: mail loops back to me (MX problem?)");
        }
    }
    shuffle_equals(out.hosts, options);
    return out;
}

void add_hosts(MxList& list, std::string_view spec, NameService& names, const MxOptions& options,
               int base, Deadline deadline) {
    MxOptions plain = options;
    plain.fallback_mx.clear();
    plain.fallback_smart_host.clear();
    MxList more = mx_lookup(spec, names, plain, deadline);
    for (MxHost& host : more.hosts) {
        host.preference = base;
        list.hosts.push_back(std::move(host));
    }
}

// Splits "a:b,c" outside brackets; calls `take` with each host and whether ':' stood before it.
void for_each_host(std::string_view list,
                   const std::function<void(std::string_view, bool next_preference)>& take) {
    std::size_t start = 0;
    int depth = 0;
    bool next = false;
    for (std::size_t i = 0; i <= list.size(); ++i) {
        const char c = i < list.size() ? list[i] : ':';
        if (c == '[') ++depth;
        if (c == ']') --depth;
        if (i < list.size() && (depth > 0 || (c != ':' && c != ','))) continue;
        const std::string_view host = trim(list.substr(start, i - start));
        if (!host.empty()) take(host, next);
        next = c == ':';
        start = i + 1;
    }
}

}  // namespace

MxList mx_lookup(std::string_view host, NameService& names, const MxOptions& options,
                 Deadline deadline) {
    MxList out;
    int base = 0;
    bool first = true;
    for_each_host(host, [&](std::string_view one, bool next_preference) {
        MxList found = lookup_one(one, names, options, deadline);
        if (first) {
            out.status = found.status;
            out.dsn = found.dsn;
            out.message = found.message;
            out.from_mx = found.from_mx;
            out.authentic = found.authentic;
            first = false;
        } else if (found.status == Exit::kOk) {
            out.status = Exit::kOk;
        }
        if (next_preference) base += 65536;
        for (MxHost& entry : found.hosts) {
            entry.preference += base;
            out.hosts.push_back(std::move(entry));
        }
    });
    if (!options.fallback_mx.empty() &&
        (out.status == Exit::kOk || out.status == Exit::kTempFail)) {
        add_hosts(out, options.fallback_mx, names, options, base + 65536, deadline);
        if (!out.hosts.empty()) out.status = Exit::kOk;
    }
    if (out.hosts.empty() && out.status == Exit::kOk) {
        out = refusal(Exit::kNoHost, "5.1.2", "Host unknown");
    }
    if (!options.fallback_smart_host.empty() &&
        (out.status == Exit::kNoHost || out.status == Exit::kOk)) {
        add_hosts(out, options.fallback_smart_host, names, options, base + 131072, deadline);
        if (!out.hosts.empty()) out.status = Exit::kOk;
    }
    return out;
}

}  // namespace sm
