// MX lookup: from the host of a delivery triple to the hosts to connect to, in order.
// Source: RFC 5321 section 5.1, RFC 7505; operations guide 5.6 (FallbackMXhost and friends).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/resolver.h"

namespace sm {

struct MxHost {
    std::string name;  // without brackets and trailing dot; may be an address literal's text
    int preference = 0;
    bool literal = false;  // "[192.0.2.1]": an address
};

struct MxList {
    std::vector<MxHost> hosts;  // best first
    bool from_mx = false;       // there were MX records
    bool authentic = false;
    // Not kOk: no delivery to this host: kNoHost (unknown), kUnavailable (null MX, 5.1.10),
    // kConfig (we are the best MX), kTempFail.
    Exit status = Exit::kOk;
    std::string dsn;
    std::string message;
};

struct MxOptions {
    bool use_mx = true;               // false: mailer flag 0, or no dns in the service switch
    bool try_null_mx_list = false;    // option TryNullMXList
    std::string fallback_mx;          // option FallbackMXhost: "host" or "[host]"; list with ':'
    std::string fallback_smart_host;  // used when nothing else exists
    // True for names that mean this machine (class w).
    std::function<bool(std::string_view)> is_local{};
    // Order among equal preferences; 0..n-1. Default: random.
    std::function<std::size_t(std::size_t)> pick{};
};

// host: "example.com", "[example.com]" (no MX), "[192.0.2.1]", or a list "a:b,c" (':' next
// preference, ',' equal one).
[[nodiscard]] MxList mx_lookup(std::string_view host, NameService& names, const MxOptions& options,
                               Deadline deadline);

}  // namespace sm
