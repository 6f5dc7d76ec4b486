// An alias file: its database, or its text while there is no database.
#pragma once

#include <memory>

#include "libmap/map_types.h"

namespace sm {

// database: a map of one file. text: class stab, of the text the database is made of; it is asked
// while the database's file does not exist and its own does, with a word to `report` once. Where
// both are missing the answer is the database's.
[[nodiscard]] std::unique_ptr<Map> make_alias_map(std::unique_ptr<Map> database,
                                                  std::unique_ptr<Map> text,
                                                  const MapEnvironment& environment);

}  // namespace sm
