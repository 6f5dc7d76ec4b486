// The names in alias files: what they are stored and looked up under.
#pragma once

#include <string>
#include <string_view>

#include "libcf/rewriter.h"

namespace sm {

// The user that the rules make of `name`, in lower case unless the mailer has F=u. Error: "NAME...
// cannot alias non-local names", or what is wrong with the address.
[[nodiscard]] Result<std::string> alias_key(Rewriter& rewriter, std::string_view name,
                                            Deadline deadline);

}  // namespace sm
