// MaxMimeHeaderLength=N/M: MIME fields that are longer than readers can be trusted with are cut.
// Source: operations guide 5.6.
#pragma once

#include <string>
#include <vector>

#include "libcf/options.h"
#include "libmail/header_list.h"

namespace sm {

// Cuts values of MIME fields to N octets, and the parts between semicolons of those that have
// parameters to M (0: no limit); quotes and comments that were open are closed. Returns a line for
// the log for each cut.
[[nodiscard]] std::vector<std::string> limit_mime_fields(const Options& options,
                                                         HeaderList& headers);

}  // namespace sm
