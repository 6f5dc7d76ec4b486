// Who this host is: the start values of $j, $w, $m, $k and class w.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"

namespace sm {

struct HostIdentity {
    std::string canonical;             // "mx.example.com"; may lack a dot when nothing is known
    std::string node;                  // uname(2)
    std::vector<std::string> aliases;  // further names and "[address]"
    [[nodiscard]] bool qualified() const { return canonical.find('.') != std::string::npos; }
    [[nodiscard]] std::string short_name() const {
        return canonical.substr(0, canonical.find('.'));
    }
    [[nodiscard]] std::string domain() const {
        const std::size_t dot = canonical.find('.');
        return dot == std::string::npos ? std::string() : canonical.substr(dot + 1);
    }
};

// gethostname(2), completed by the resolver when it has no dot.
[[nodiscard]] HostIdentity find_host_identity();

// Names and "[address]" of all interfaces that are up, without loopback ones if so asked.
[[nodiscard]] std::vector<std::string> interface_names(bool skip_loopback);

}  // namespace sm
