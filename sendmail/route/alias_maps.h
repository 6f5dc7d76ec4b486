// The alias maps of the configuration, in their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/envelope/recipient.h"

namespace sm {

// The right-hand side for `name` in the first map that has it. nullopt: in none.
// Error: a map before the first hit could not be asked.
[[nodiscard]] Result<std::optional<std::string>> look_up_alias(const Config& config,
                                                               std::string_view name,
                                                               Deadline deadline);

// A field of a user's records in the databases of UserDatabaseSpec; all values, joined by commas.
[[nodiscard]] Result<std::optional<std::string>> look_up_user_database(const Config& config,
                                                                       std::string_view field,
                                                                       std::string_view user,
                                                                       Deadline deadline);

// On whose behalf the members of an alias in the alias file act: DefaultUser, in the alias's name.
[[nodiscard]] ControllingUser default_controller(const Config& config, const Recipient& alias);

}  // namespace sm
