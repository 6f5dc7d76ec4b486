// Class cidr: a text file of networks, "PREFIX VALUE" a line; the longest prefix that holds the
// address of the key counts. Not of sendmail 8.
#include <arpa/inet.h>
#include <sys/stat.h>

#include <array>
#include <cstring>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

struct Address {
    std::array<unsigned char, 16> octets{};
    std::size_t bits = 0;  // 32 or 128
};

// "192.0.2.1", "2001:db8::1", also "IPv6:2001:db8::1" and in brackets.
std::optional<Address> parse_address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (istarts_with(text, "IPv6:")) text.remove_prefix(5);
    const std::string copy(text);
    Address out;
    const bool six = copy.find(':') != std::string::npos;
    if (::inet_pton(six ? AF_INET6 : AF_INET, copy.c_str(), out.octets.data()) != 1) return {};
    out.bits = six ? 128 : 32;
    return out;
}

struct Network {
    Address address;
    std::size_t length = 0;
    std::string value;
};

bool holds(const Network& network, const Address& address) {
    if (network.address.bits != address.bits) return false;
    const std::size_t whole = network.length / 8;
    if (std::memcmp(network.address.octets.data(), address.octets.data(), whole) != 0) return false;
    const std::size_t rest = network.length % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff00U >> rest);
    return (network.address.octets[whole] & mask) == (address.octets[whole] & mask);
}

// "10.0.0.0/8" or one address.
std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return {};
    Network out{*address, address->bits, {}};
    if (slash == std::string_view::npos) return out;
    const std::string_view length = text.substr(slash + 1);
    if (length.empty() || length.size() > 3 ||
        length.find_first_not_of("0123456789") != std::string_view::npos) {
        return {};
    }
    out.length = static_cast<std::size_t>(leading_int(length));
    if (out.length > address->bits) return {};
    return out;
}

class CidrMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 68; }
    [[nodiscard]] std::vector<std::string> files() const override { return {flags().rest}; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        const auto address = parse_address(key);
        if (!address) return Value();
        if (const Status ready = refresh(); !ready.ok()) {
            if (flags().optional && ready.error().sys_errno == ENOENT) return Value();
            if (environment().report) environment().report(ready.error().text);
            return ready.error();
        }
        const Network* best = nullptr;
        for (const Network& network : networks_) {
            if ((best == nullptr || network.length > best->length) && holds(network, *address)) {
                best = &network;
            }
        }
        return best == nullptr ? Value() : Value(best->value);
    }

  private:
    // Reads the file when it is another one than before.
    Status refresh() {
        const std::string& path = flags().rest;
        auto opened = open_for_map(environment(), path);
        if (!opened.ok()) return failure(opened.error());
        struct stat now {};
        if (::fstat(opened->get(), &now) != 0) return failure(os_error(path, errno));
        if (read_ && same_file_state(now, seen_)) return {};
        const auto text = read_all(opened->get());
        if (!text.ok()) return failure(text.error());
        SM_CHECK_OK(parse(*text));
        seen_ = now;
        read_ = true;
        return {};
    }

    Status parse(std::string_view text) {
        std::vector<Network> networks;
        std::size_t number = 0;
        for (const std::string_view line : split(text, '\n')) {
            ++number;
            std::string_view rest = trim(line);
            if (rest.empty() || rest.starts_with('#')) continue;
            const std::string_view prefix = next_word(rest);
            auto network = parse_network(prefix);
            if (!network) {
                return make_error(Exit::kTempFail,
                                  cat(flags().rest, ": line ", number, ": ", prefix,
                                      ": not a network: write ADDRESS/LENGTH VALUE"));
            }
            network->value = trim(rest);
            networks.push_back(*std::move(network));
        }
        networks_ = std::move(networks);
        return {};
    }

    [[nodiscard]] Error failure(Error error) const {
        error.code = Exit::kTempFail;
        error.text = cat("cidr map \"", name(), "\": ", error.text);
        return error;
    }

    std::vector<Network> networks_;
    struct stat seen_ {};
    bool read_ = false;
};

}  // namespace

std::unique_ptr<Map> make_cidr_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        if (environment.warn) environment.warn(cat("No file name for cidr map ", flags.map_name));
        return make_unopened_map(flags.map_name, "cidr");
    }
    return std::make_unique<CidrMap>(std::move(flags), environment);
}

}  // namespace sm
