#include "sendmail/deliver/dane_policy.h"

#include <algorithm>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kHeader = 3;  // usage, selector, matching type

std::optional<TlsaRecord> usable(const std::string& raw) {
    if (raw.size() <= kHeader) return {};
    const auto octet = [&raw](std::size_t at) { return static_cast<std::uint8_t>(raw[at]); };
    TlsaRecord out;
    out.usage = octet(0);
    out.selector = octet(1);
    out.matching = octet(2);
    out.data = raw.substr(kHeader);
    if (out.usage != 2 && out.usage != 3) return {};
    if (out.selector > 1 || out.matching > 2) return {};
    if (out.matching == 1 && out.data.size() != 32) return {};
    if (out.matching == 2 && out.data.size() != 64) return {};
    return out;
}

// The name behind aliases when the address of `host` is authentic; "" when it is not, or unknown.
Result<std::string> authentic_name(Resolver& resolver, const std::string& host, Deadline deadline) {
    for (const DnsType type : {DnsType::kA, DnsType::kAaaa}) {
        SM_TRY(const auto answer, resolver.query(host, type, deadline));
        if (!answer) continue;
        if (!answer->authentic) return std::string();
        return answer->canonical.empty() ? host : answer->canonical;
    }
    return std::string();
}

void add_name(const std::string& name, std::vector<std::string>* names) {
    if (name.empty() || std::find(names->begin(), names->end(), name) != names->end()) return;
    names->push_back(name);
}

}  // namespace

DanePolicy look_up_dane(Resolver& resolver, const std::string& host, std::uint16_t port,
                        const std::string& domain, Deadline deadline) {
    DanePolicy out;
    // Where addresses are not signed TLSA records are not either, and some name servers do not
    // even answer (RFC 7672 section 2.2.2).
    const auto canonical = authentic_name(resolver, host, deadline);
    if (!canonical.ok()) out.kind = DanePolicy::Kind::kUnknown;
    if (!canonical.ok() || canonical->empty()) return out;
    std::vector<std::string> bases;
    add_name(*canonical, &bases);
    add_name(host, &bases);
    for (const std::string& base : bases) {
        const auto answer =
            resolver.query(cat("_", port, "._tcp.", base), DnsType::kTlsa, deadline);
        if (!answer.ok()) {
            out.kind = DanePolicy::Kind::kUnknown;
            return out;
        }
        if (!answer->has_value() || !(*answer)->authentic || (*answer)->records.empty()) continue;
        out.base = base;
        for (const DnsRecord& record : (*answer)->records) {
            if (auto good = usable(record.raw)) out.records.push_back(*std::move(good));
        }
        out.kind = out.records.empty() ? DanePolicy::Kind::kEncrypt : DanePolicy::Kind::kVerify;
        add_name(base, &out.names);
        add_name(host, &out.names);
        add_name(domain, &out.names);
        return out;
    }
    return out;
}

}  // namespace sm
