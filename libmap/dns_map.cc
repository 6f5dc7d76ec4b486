// Classes dns (the records of one type of a name) and bestmx (the mail exchangers of a domain).
#include <array>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

constexpr std::array<std::string_view, 10> kDnsTypes = {"A",  "AAAA", "AFSDB", "CNAME", "MX",
                                                        "NS", "PTR",  "SRV",   "TLSA",  "TXT"};
constexpr int kHostUnknown = 68;

void complain(const MapEnvironment& environment, const std::string& text) {
    if (environment.warn) environment.warn(text);
}

// The names or values up to the limit, joined; the first one only without a delimiter.
std::string join(const std::vector<std::string>& values, std::optional<char> delimiter,
                 std::size_t limit) {
    std::string out = values.front();
    if (!delimiter) return out;
    for (std::size_t i = 1; i < values.size() && (limit == 0 || i < limit); ++i) {
        append(out, *delimiter, values[i]);
    }
    return out;
}

class DnsMap final : public CommonMap {
  public:
    DnsMap(MapFlags flags, const MapEnvironment& environment, DnsQuestion question,
           std::string domain, std::size_t limit)
        : CommonMap(std::move(flags), environment),
          question_(std::move(question)),
          domain_(std::move(domain)),
          limit_(limit) {}
    [[nodiscard]] int absent_status() const override { return kHostUnknown; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (!environment().dns_values) return make_error(Exit::kTempFail, "no name service");
        DnsQuestion question = question_;
        question.name = domain_.empty() ? std::string(key) : cat(key, '.', domain_);
        SM_TRY(const auto values, environment().dns_values(question, deadline));
        if (values.empty()) return Value();
        return Value(join(values, flags().delimiter, limit_));
    }

  private:
    DnsQuestion question_;
    std::string domain_;
    std::size_t limit_;
};

// Declared without a type that can be asked for: never a match.
class TypelessMap final : public Map {
  public:
    [[nodiscard]] int absent_status() const override { return kHostUnknown; }
    Result<Value> lookup(std::string_view, const MapArgs&, Deadline) override { return Value(); }
};

class BestMxMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return absent_; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (!environment().mail_exchangers) return make_error(Exit::kTempFail, "no name service");
        SM_TRY(const MailExchangers found, environment().mail_exchangers(key, deadline));
        absent_ = found.absent_status;
        if (found.hosts.empty()) return Value();
        return Value(join(found.hosts, flags().delimiter, 0));
    }

  private:
    int absent_ = kHostUnknown;
};

// -R and -B take the next word when nothing follows the letter.
std::string flag_word(const MapFlag& flag, std::string_view& rest) {
    return std::string(flag.value.empty() ? next_word(rest) : flag.value);
}

bool known_type(std::string_view type) {
    for (const std::string_view known : kDnsTypes) {
        if (iequals(known, type)) return true;
    }
    return false;
}

}  // namespace

std::unique_ptr<Map> make_dns_map(MapFlags given, const MapEnvironment& environment) {
    MapFlags flags;
    DnsQuestion question;
    std::string domain;
    std::size_t limit = 0;
    std::string_view rest = given.rest;
    while (const auto flag = next_map_flag(rest)) {
        const auto number = [&] { return static_cast<int>(leading_int(flag->value)); };
        switch (flag->letter) {
            case 'R': {
                const std::string type = flag_word(*flag, rest);
                if (known_type(type)) {
                    question.type = upper(type);
                } else {
                    question.type.clear();
                    complain(environment, cat("dns map ", given.map_name, ": wrong type ", type));
                }
                break;
            }
            case 'B':
                domain = flag_word(*flag, rest);
                break;
            case 'd':
                question.retrans = std::max(0, number());
                break;
            case 'r':
                question.retry = std::max(0, number());
                break;
            case 'Z':  // as of old one more than asked for comes back, but for -Z1
                limit = static_cast<std::size_t>(std::max(0, number()));
                if (limit > 1) ++limit;
                break;
            default:  // unknown letters are passed over in silence
                static_cast<void>(set_map_flag(flags, *flag));
                break;
        }
    }
    if (question.type.empty()) {
        complain(environment, cat("dns map ", given.map_name, ": missing -R type"));
        return std::make_unique<TypelessMap>();
    }
    return std::make_unique<DnsMap>(std::move(flags), environment, std::move(question),
                                    std::move(domain), limit);
}

std::unique_ptr<Map> make_bestmx_map(MapFlags given, const MapEnvironment& environment) {
    MapFlags flags = parse_map_flags(
        given.rest, [](const MapFlag&, const MapFlags&) { return false; },
        [&](char letter) {
            complain(environment, cat("Illegal option ", letter, " map ", given.map_name));
        });
    flags.fold = false;  // the name of a host without MX records comes back as it was written
    return std::make_unique<BestMxMap>(std::move(flags), environment);
}

}  // namespace sm
