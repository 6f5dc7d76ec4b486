#include "sendmail/route/alias_maps.h"

#include "libsm/strings.h"

namespace sm {

Result<std::optional<std::string>> look_up_alias(const Config& config, std::string_view name,
                                                 Deadline deadline) {
    for (std::size_t i = 0;; ++i) {
        Map* map = config.find_map(cat("Alias", i));
        if (map == nullptr) return std::optional<std::string>();
        SM_TRY(auto value, map->lookup(name, {}, deadline));
        if (value) return value;
    }
}

ControllingUser default_controller(const Config& config, const Recipient& alias) {
    ControllingUser user;
    user.name = alias.target.user;
    user.uid = config.options.default_user_ids.uid;
    user.gid = config.options.default_user_ids.gid;
    user.alias = alias.address;
    return user;
}

}  // namespace sm
