#include "libcf/unused_options.h"

#include "libsm/strings.h"

namespace sm {

std::vector<std::string> notes_about_unused_options(const Options& options) {
    const Options defaults;
    std::vector<std::string> out;
    const auto note = [&out](std::string_view name, bool is_default) {
        if (!is_default) out.push_back(cat("option ", name, ": not implemented"));
    };
    note("ControlSocketName", options.control_socket_name == defaults.control_socket_name);
    note("DialDelay", options.dial_delay == defaults.dial_delay);
    note("DontPruneRoutes", options.dont_prune_routes == defaults.dont_prune_routes);
    note("FastSplit", options.fast_split == defaults.fast_split);
    note("InputMailFilters", options.input_mail_filters == defaults.input_mail_filters);
    note("ResolverOptions=HasWildcardMX", options.has_wildcard_mx == defaults.has_wildcard_mx);
    note("SharedMemoryKey", options.shared_memory_key == defaults.shared_memory_key);
    note("SharedMemoryKeyFile", options.shared_memory_key_file == defaults.shared_memory_key_file);
    return out;
}

}  // namespace sm
