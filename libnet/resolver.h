// Resolver: DNS queries with three outcomes. NameService: the lookups of hosts as the service
// switch orders them (files, dns).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/socket_address.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/safe_file.h"

namespace sm {

// Numbers of RFC 1035 and successors.
enum class DnsType : std::uint16_t {
    kA = 1,
    kNs = 2,
    kCname = 5,
    kPtr = 12,
    kMx = 15,
    kTxt = 16,
    kAfsdb = 18,
    kAaaa = 28,
    kSrv = 33,
    kTlsa = 52,
};
// "MX" -> kMx, case-insensitive; nullopt: a type not listed.
[[nodiscard]] std::optional<DnsType> dns_type(std::string_view name);

struct DnsRecord {
    DnsType type = DnsType::kA;
    std::string owner;      // lower case, no trailing dot
    std::uint32_t ttl = 0;  // seconds
    // A, AAAA: the address as text; NS CNAME PTR MX AFSDB SRV: a host name without trailing dot;
    // TXT: the strings joined; TLSA: "usage selector matching hex".
    std::string data;
    int preference = 0;  // MX preference, SRV priority, AFSDB subtype
    int weight = 0;      // SRV
    int port = 0;        // SRV
    std::string raw;     // RDATA
};

struct DnsAnswer {
    std::vector<DnsRecord> records;  // of the type asked for, in the order of the answer
    std::string canonical;           // owner of the records after CNAMEs, lower case
    bool authentic = false;          // the AD bit: only from a resolver that is trusted for it
};

class Resolver {
  public:
    virtual ~Resolver() = default;
    // nullopt: the name or the type does not exist. Error kTempFail: no answer, SERVFAIL, a
    // malformed answer. `name` is taken as fully qualified. Names in answers that are no host
    // names (other characters than letters, digits, "-", "_", ".") are dropped.
    [[nodiscard]] virtual Result<std::optional<DnsAnswer>> query(std::string_view name,
                                                                 DnsType type,
                                                                 Deadline deadline) = 0;
};

struct ResolverSettings {
    int retrans = 0;       // seconds per try; 0: the system's
    int retry = 0;         // tries; 0: the system's
    bool use_tcp = false;  // option usevc
    bool dnssec = false;   // ask for the AD bit
    bool recurse = true;
    bool search = false;  // complete names with the domains of resolv.conf, as res_search(3) does
};

// The search list of resolv.conf(5).
[[nodiscard]] std::vector<std::string> system_search_list();

// The resolver of the C library (libresolv), configured by resolv.conf(5).
[[nodiscard]] std::unique_ptr<Resolver> make_resolver(const ResolverSettings& settings);

struct NameServiceSettings {
    std::string service_switch_file;  // "" or missing file: "files dns"
    SafeFilePolicy service_switch_policy{};
    std::string hosts_file = "/etc/hosts";
    bool dont_expand_cnames = false;
    bool ipv6 = true;
    // Domains that complete a name: before the name itself when it has no dot, else behind it.
    std::vector<std::string> search{};
    // Of names without a dot in the hosts file; nullptr or "": they stand as they are.
    std::function<std::string()> domain{};
};

class NameService {
  public:
    // resolver outlives the object; it is not asked when the switch does not list dns.
    NameService(NameServiceSettings settings, Resolver& resolver);

    [[nodiscard]] bool uses_dns() const { return dns_; }

    // Addresses of a host; family AF_UNSPEC, AF_INET or AF_INET6.
    [[nodiscard]] Result<std::optional<std::vector<SocketAddress>>> addresses(std::string_view host,
                                                                              int family,
                                                                              Deadline deadline);
    // Name of an address (the first one; not verified).
    [[nodiscard]] Result<std::optional<std::string>> name_of(const SocketAddress& address,
                                                             Deadline deadline);
    // The official name: follows CNAMEs, completes names without a dot; for $[ $]. Without a
    // trailing dot.
    [[nodiscard]] Result<std::optional<std::string>> canonify(std::string_view host,
                                                              Deadline deadline);
    [[nodiscard]] Resolver& resolver() { return resolver_; }

  private:
    struct HostsLine {
        std::string address;
        std::vector<std::string> names;
    };
    void read_hosts();
    [[nodiscard]] const HostsLine* find_host(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> name_in_hosts_file(std::string_view host);
    // The official name in the DNS of a complete name.
    [[nodiscard]] Result<std::optional<std::string>> name_in_dns(std::string name,
                                                                 Deadline deadline);

    NameServiceSettings settings_;
    Resolver& resolver_;
    std::vector<HostsLine> hosts_;
    bool hosts_read_ = false;
    bool files_ = true;
    bool dns_ = true;
};

}  // namespace sm
