// The canonical name of a host, from the hosts file and the resolver in the order of the service
// switch file. For class host and $[ $].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/options.h"
#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

// The name without a dot at its end; "[127.0.0.1]" gives the name of that address.
// nullopt: no such host. Error kTempFail: the resolver gave no answer.
[[nodiscard]] Result<std::optional<std::string>> canonical_host(std::string_view host,
                                                                const Options& options,
                                                                Deadline deadline);

// The sources of `service` ("hosts", "aliases", "passwd") in the service switch file: "files",
// "dns", ...; the default when the file says nothing.
[[nodiscard]] std::vector<std::string> service_sources(const Options& options,
                                                       std::string_view service);

}  // namespace sm
