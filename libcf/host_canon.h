// The canonical name of a host, for class host and $[ $].
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libcf/options.h"
#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

using Canonifier = std::function<Result<std::optional<std::string>>(std::string_view, Deadline)>;

// The service switch, the hosts file and DNS as the options say; read at first use. The name
// comes without a dot at its end; "[127.0.0.1]" gives the name of that address. options outlives
// the function.
// domain: of names without a dot in the hosts file ($m); nullptr: none.
[[nodiscard]] Canonifier make_canonifier(const Options& options,
                                         std::function<std::string()> domain = nullptr);

}  // namespace sm
