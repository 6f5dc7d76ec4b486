// hoststat and purgestat: what HostStatusDirectory says of other hosts.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "libcf/config.h"

namespace sm {

// Why HostStatusDirectory cannot be used, as a line without its end; "": it can, or none is wanted.
[[nodiscard]] std::string host_status_warning(const Options& options);

// The table of all hosts, by name of their files; nothing when there are none. full: results are
// not cut to the width of the column.
void print_host_status(const Options& options, std::int64_t now, bool full,
                       const std::function<void(std::string_view text)>& write);

// Removes what was not written for Timeout.hoststatus, and directories that are empty then. A host
// that somebody delivers to is left alone.
void purge_host_status(const Options& options, std::int64_t now);

}  // namespace sm
