// Connections for the map class socket.
#pragma once

#include "libcf/options.h"
#include "libmap/map_types.h"

namespace sm {

// Sets connect_to of `environment`: "inet:port@host", "inet6:port@host", "unix:/path",
// "local:/path", "/path". options outlives it.
// Errors to connect carry errno.
void add_map_sockets(MapEnvironment& environment, const Options& options);

}  // namespace sm
