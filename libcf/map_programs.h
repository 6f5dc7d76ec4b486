// Programs for the map class program.
#pragma once

#include "libcf/config.h"
#include "libmap/map_types.h"

namespace sm {

// Sets run_program of `environment`: without a shell, in "/", with the environment of the E lines;
// as DefaultUser where this process is root. config outlives it.
void add_map_programs(MapEnvironment& environment, const Config& config);

}  // namespace sm
