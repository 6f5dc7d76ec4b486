#include "libmap/map_file_check.h"

#include <fcntl.h>

#include "libsm/safe_file.h"
#include "libsm/strings.h"

namespace sm {

Status check_map_file(const std::string& file, const MapFileCheck& check,
                      const std::function<void(std::string_view)>& warn) {
    using Links = SafeFilePolicy::Links;
    SafeFilePolicy policy;
    policy.symbolic_links = check.allow_links ? Links::kAllowed : Links::kRefused;
    policy.hard_links = policy.symbolic_links;
    policy.no_executables = true;
    policy.root_bits = SafeFilePolicy::RootBits::kLikeOthers;
    policy.trusted_user = check.trusted_user;
    const auto place = check_directories(file, policy);
    if (place.ok() && !place->unsafe_reason.empty()) {
        warn(cat("WARNING: ", place->unsafe_reason, " ", place->unsafe_directory));
    }
    const auto found = check.for_writing ? check_writable(file, policy)
                                         : open_safe_file(file, O_RDONLY, 0, policy);
    return found.ok() ? Status() : Status(found.error());
}

}  // namespace sm
