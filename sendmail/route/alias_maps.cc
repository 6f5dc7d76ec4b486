#include "sendmail/route/alias_maps.h"

#include "libsm/strings.h"

namespace sm {

Result<std::optional<std::string>> look_up_alias(const Config& config, std::string_view name,
                                                 Deadline deadline) {
    // Declared by the reader of the configuration: the map itself, or the sequence of them.
    Map* map = config.find_map("aliases");
    if (map == nullptr) return std::optional<std::string>();
    return map->lookup(name, {}, deadline);
}

Result<std::optional<std::string>> look_up_user_database(const Config& config,
                                                         std::string_view field,
                                                         std::string_view user, Deadline deadline) {
    Map* map = config.find_map(cat(":userdb:", field));
    if (map == nullptr) return std::optional<std::string>();
    return map->lookup(user, {}, deadline);
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
