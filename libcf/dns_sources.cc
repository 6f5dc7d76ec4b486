#include "libcf/dns_sources.h"

#include <map>
#include <memory>
#include <utility>

#include "libcf/name_settings.h"
#include "libnet/mx_lookup.h"
#include "libnet/resolver.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// ::ffff:192.0.2.1 is shown as the IPv4 address in it.
SocketAddress unmapped(const SocketAddress& address) {
    static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    const std::string octets = address.octets();
    if (!octets.starts_with(kMapped)) return address;
    return SocketAddress::from_octets(octets.substr(kMapped.size())).value_or(address);
}

std::string_view without_dot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

// A name the DNS cannot hold is one that does not exist.
bool can_be_asked(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > 253) return false;
    for (const std::string_view label : split(name, '.')) {
        if (label.empty() || label.size() > 63) return false;
    }
    return true;
}

// A rule says nothing about the failure itself.
Error cannot_tell() {
    return make_error(Exit::kTempFail, "");
}

std::string text_of(const DnsRecord& record, bool compressed) {
    switch (record.type) {
        case DnsType::kA:
        case DnsType::kAaaa: {
            const auto address = SocketAddress::from_octets(record.raw);
            return address ? unmapped(*address).prefixed(compressed) : record.data;
        }
        case DnsType::kTxt:
            return txt_for_rules(record.raw);
        case DnsType::kTlsa:
            return tlsa_for_rules(record.raw);
        default:
            return record.data;
    }
}

class DnsSources {
  public:
    explicit DnsSources(const Options& options) : options_(options) {}

    Result<std::vector<std::string>> values(const DnsQuestion& question, Deadline deadline) {
        const auto type = dns_type(question.type);
        std::vector<std::string> out;
        if (!type || !can_be_asked(question.name)) return out;
        const auto answer =
            searcher(question.retrans, question.retry).query(question.name, *type, deadline);
        if (!answer.ok()) return cannot_tell();
        if (!answer->has_value()) return out;
        for (const DnsRecord& record : (*answer)->records) {
            out.push_back(text_of(record, options_.use_compressed_ipv6_addresses));
        }
        return out;
    }

    Result<MailExchangers> exchangers(std::string_view host, Deadline deadline) {
        const bool literal = host.starts_with('[') && host.ends_with(']');
        if (!literal && !names().uses_dns()) return unknown();
        // mx_lookup takes lists, this class does not.
        if (!literal && (!can_be_asked(host) || host.find_first_of(":,") != host.npos)) {
            return unknown();
        }
        const MxList list = mx_lookup(host, names(), MxOptions{}, deadline);
        if (list.status == Exit::kTempFail) return cannot_tell();
        MailExchangers out;
        out.absent_status = static_cast<int>(list.status);
        if (list.status != Exit::kOk) return out;
        if (!literal && !list.from_mx) {
            SM_TRY(const bool known, has_address(host, deadline));
            if (!known) return unknown();
            out.hosts.push_back(host.ends_with('.') ? std::string(host) : cat(host, '.'));
            return out;
        }
        for (const MxHost& one : list.hosts) {
            std::string name = one.literal ? std::string(host) : cat(one.name, '.');
            const bool again = !out.hosts.empty() && iequals(out.hosts.back(), name);
            if (!again) out.hosts.push_back(std::move(name));
        }
        return out;
    }

  private:
    static MailExchangers unknown() { return {{}, static_cast<int>(Exit::kNoHost)}; }

    Result<bool> has_address(std::string_view host, Deadline deadline) {
        for (const DnsType type : {DnsType::kAaaa, DnsType::kA}) {
            const auto answer = names().resolver().query(host, type, deadline);
            if (!answer.ok()) return cannot_tell();
            // An alias is nobody's exchanger, not even its own.
            if (answer->has_value()) {
                return iequals(without_dot((*answer)->canonical), without_dot(host));
            }
        }
        return false;
    }

    // One resolver for each pair of -d and -r, with the search list.
    Resolver& searcher(int retrans, int retry) {
        std::unique_ptr<Resolver>& one = searchers_[{retrans, retry}];
        if (!one) {
            ResolverSettings settings = resolver_settings(options_);
            settings.search = true;
            if (retrans > 0) settings.retrans = retrans;
            if (retry > 0) settings.retry = retry;
            one = make_resolver(settings);
        }
        return *one;
    }

    NameService& names() {
        if (!names_) {
            plain_ = make_resolver(resolver_settings(options_));
            names_ = std::make_unique<NameService>(name_settings(options_), *plain_);
        }
        return *names_;
    }

    const Options& options_;
    std::map<std::pair<int, int>, std::unique_ptr<Resolver>> searchers_;
    std::unique_ptr<Resolver> plain_;
    std::unique_ptr<NameService> names_;
};

}  // namespace

std::string txt_for_rules(std::string_view rdata) {
    if (rdata.empty()) return {};
    const std::size_t length = static_cast<unsigned char>(rdata.front());
    std::string out(rdata.substr(1, length));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = 'X';
    }
    return out;
}

std::string tlsa_for_rules(std::string_view rdata) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < rdata.size(); ++i) {
        if (i > 0) out += i <= 3 ? ' ' : ':';
        const auto octet = static_cast<unsigned char>(rdata[i]);
        append(out, kDigits[octet >> 4], kDigits[octet & 15]);
    }
    return out;
}

void add_dns_sources(MapEnvironment& environment, const Options& options) {
    const auto sources = std::make_shared<DnsSources>(options);
    environment.dns_values = [sources](const DnsQuestion& question, Deadline deadline) {
        return sources->values(question, deadline);
    };
    environment.mail_exchangers = [sources](std::string_view host, Deadline deadline) {
        return sources->exchangers(host, deadline);
    };
}

}  // namespace sm
