#include "libnet/resolver.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxRecords = 500;

constexpr std::array<std::pair<std::string_view, DnsType>, 10> kTypes = {
    {{"A", DnsType::kA},
     {"NS", DnsType::kNs},
     {"CNAME", DnsType::kCname},
     {"PTR", DnsType::kPtr},
     {"MX", DnsType::kMx},
     {"TXT", DnsType::kTxt},
     {"AFSDB", DnsType::kAfsdb},
     {"AAAA", DnsType::kAaaa},
     {"SRV", DnsType::kSrv},
     {"TLSA", DnsType::kTlsa}}};

bool is_host_name(std::string_view name) {
    return name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
               return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '/';
           });
}

// Reads big-endian numbers and names of one answer, never past its end.
class RecordReader {
  public:
    RecordReader(const ns_msg& message, const ns_rr& record)
        : message_(message), at_(ns_rr_rdata(record)), end_(at_ + ns_rr_rdlen(record)) {}

    [[nodiscard]] std::optional<int> number16() {
        if (end_ - at_ < 2) return {};
        const int value = static_cast<int>(ns_get16(at_));
        at_ += 2;
        return value;
    }
    [[nodiscard]] std::optional<std::string> name() {
        std::array<char, NS_MAXDNAME> buffer{};
        const int used = ::dn_expand(ns_msg_base(message_), ns_msg_end(message_), at_,
                                     buffer.data(), static_cast<int>(buffer.size()));
        if (used < 0) return {};
        at_ += used;
        std::string text(buffer.data());
        if (!is_host_name(text)) return {};
        return text;
    }
    [[nodiscard]] std::string_view rest() const {
        return {reinterpret_cast<const char*>(at_), static_cast<std::size_t>(end_ - at_)};
    }

  private:
    const ns_msg& message_;
    const unsigned char* at_;
    const unsigned char* end_;
};

std::optional<std::string> txt_data(std::string_view rdata) {
    std::string out;
    while (!rdata.empty()) {
        const std::size_t length = static_cast<unsigned char>(rdata.front());
        if (length + 1 > rdata.size()) return {};
        out += rdata.substr(1, length);
        rdata.remove_prefix(length + 1);
    }
    return out;
}

std::optional<std::string> tlsa_data(std::string_view rdata) {
    if (rdata.size() < 4) return {};
    const auto octet = [&](std::size_t i) {
        return static_cast<int>(static_cast<unsigned char>(rdata[i]));
    };
    return cat(octet(0), ' ', octet(1), ' ', octet(2), ' ', hex_encode(rdata.substr(3)));
}

// Fills data (and the numbers in front of it); false: malformed, the record is dropped.
bool decode_data(const ns_msg& message, const ns_rr& raw, DnsRecord& record) {
    RecordReader reader(message, raw);
    std::optional<std::string> data;
    switch (record.type) {
        case DnsType::kA:
        case DnsType::kAaaa: {
            const auto address = SocketAddress::from_octets(reader.rest());
            if (address) data = address->text(true);
            break;
        }
        case DnsType::kTxt:
            data = txt_data(reader.rest());
            break;
        case DnsType::kTlsa:
            data = tlsa_data(reader.rest());
            break;
        case DnsType::kMx:
        case DnsType::kAfsdb: {
            const auto preference = reader.number16();
            if (!preference) return false;
            record.preference = *preference;
            data = reader.name();
            break;
        }
        case DnsType::kSrv: {
            const auto priority = reader.number16();
            const auto weight = reader.number16();
            const auto port = reader.number16();
            if (!priority || !weight || !port) return false;
            record.preference = *priority;
            record.weight = *weight;
            record.port = *port;
            data = reader.name();
            break;
        }
        default:
            data = reader.name();
            break;
    }
    if (!data) return false;
    record.data = std::move(*data);
    return true;
}

class SystemResolver final : public Resolver {
  public:
    explicit SystemResolver(const ResolverSettings& settings) : settings_(settings) {}
    ~SystemResolver() override {
        if (ready_) ::res_nclose(&state_);
    }
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;

    Result<std::optional<DnsAnswer>> query(std::string_view name, DnsType type,
                                           Deadline deadline) override;

  private:
    [[nodiscard]] Status prepare(Deadline deadline);
    [[nodiscard]] static Result<std::optional<DnsAnswer>> decode(std::string_view packet,
                                                                 std::string_view name,
                                                                 DnsType type);

    ResolverSettings settings_;
    struct __res_state state_ {};
    bool ready_ = false;
};

Status SystemResolver::prepare(Deadline deadline) {
    if (!ready_) {
        if (::res_ninit(&state_) != 0) return make_error(Exit::kTempFail, "resolver: cannot start");
        ready_ = true;
        if (!settings_.search) {
            state_.options &= ~static_cast<unsigned long>(RES_DNSRCH | RES_DEFNAMES);
        }
        if (settings_.use_tcp) state_.options |= RES_USEVC;
        if (!settings_.recurse) state_.options &= ~static_cast<unsigned long>(RES_RECURSE);
        if (settings_.dnssec) state_.options |= RES_USE_DNSSEC | RES_TRUSTAD;
        if (settings_.retrans > 0) state_.retrans = settings_.retrans;
        if (settings_.retry > 0) state_.retry = settings_.retry;
    }
    const int left = deadline.poll_timeout();
    if (left == 0) return make_error(Exit::kTempFail, "name server: timed out");
    if (left > 0) state_.retrans = std::min(state_.retrans, std::max(1, left / 1000));
    return {};
}

Result<std::optional<DnsAnswer>> SystemResolver::decode(std::string_view packet,
                                                        std::string_view name, DnsType type) {
    ns_msg message{};
    if (::ns_initparse(reinterpret_cast<const unsigned char*>(packet.data()),
                       static_cast<int>(packet.size()), &message) != 0) {
        return make_error(Exit::kTempFail, cat("name server: malformed answer for ", name));
    }
    const int code = ns_msg_getflag(message, ns_f_rcode);
    if (code == ns_r_nxdomain) return std::optional<DnsAnswer>();
    if (code != ns_r_noerror) {
        return make_error(Exit::kTempFail, cat(name, ": name server failure"));
    }
    DnsAnswer answer;
    answer.canonical = lower(name);
    answer.authentic = ns_msg_getflag(message, ns_f_ad) != 0;
    const int count = ns_msg_count(message, ns_s_an);
    for (int i = 0; i < count && answer.records.size() < kMaxRecords; ++i) {
        ns_rr raw{};
        if (::ns_parserr(&message, ns_s_an, i, &raw) != 0) {
            return make_error(Exit::kTempFail, cat("name server: malformed answer for ", name));
        }
        DnsRecord record;
        record.type = static_cast<DnsType>(ns_rr_type(raw));
        record.owner = lower(ns_rr_name(raw));
        record.ttl = ns_rr_ttl(raw);
        record.raw.assign(reinterpret_cast<const char*>(ns_rr_rdata(raw)), ns_rr_rdlen(raw));
        if (!decode_data(message, raw, record)) continue;
        if (record.type == DnsType::kCname && record.owner == answer.canonical) {
            answer.canonical = lower(record.data);
        }
        if (record.type == type) answer.records.push_back(std::move(record));
    }
    if (answer.records.empty()) return std::optional<DnsAnswer>();
    return std::optional(std::move(answer));
}

Result<std::optional<DnsAnswer>> SystemResolver::query(std::string_view name, DnsType type,
                                                       Deadline deadline) {
    SM_CHECK_OK(prepare(deadline));
    std::string packet(65536, '\0');
    const auto ask = settings_.search ? &::res_nsearch : &::res_nquery;
    const int length =
        ask(&state_, std::string(name).c_str(), ns_c_in, static_cast<int>(type),
            reinterpret_cast<unsigned char*>(packet.data()), static_cast<int>(packet.size()));
    if (length < 0) {
        const int reason = state_.res_h_errno;
        if (reason == HOST_NOT_FOUND || reason == NO_DATA) return std::optional<DnsAnswer>();
        return make_error(Exit::kTempFail, cat(name, ": Name server timeout"));
    }
    packet.resize(std::min(static_cast<std::size_t>(length), packet.size()));
    return decode(packet, name, type);
}

}  // namespace

std::optional<DnsType> dns_type(std::string_view name) {
    for (const auto& [known, type] : kTypes) {
        if (iequals(known, name)) return type;
    }
    return {};
}

std::vector<std::string> system_search_list() {
    struct __res_state state {};
    std::vector<std::string> out;
    if (::res_ninit(&state) != 0) return out;
    for (const char* domain : state.dnsrch) {
        if (domain == nullptr) break;
        out.emplace_back(domain);
    }
    ::res_nclose(&state);
    return out;
}

std::unique_ptr<Resolver> make_resolver(const ResolverSettings& settings) {
    return std::make_unique<SystemResolver>(settings);
}

}  // namespace sm
