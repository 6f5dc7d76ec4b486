// What the options say about the resolver and the service switch.
#pragma once

#include "libcf/options.h"
#include "libnet/resolver.h"

namespace sm {

[[nodiscard]] ResolverSettings resolver_settings(const Options& options);
[[nodiscard]] NameServiceSettings name_settings(const Options& options);

}  // namespace sm
