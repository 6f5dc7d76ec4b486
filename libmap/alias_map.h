// An alias file: its database, or its text while there is no database.
#pragma once

#include <chrono>
#include <memory>

#include "libmap/map_types.h"

namespace sm {

struct AliasSources {
    // A map of one file.
    std::unique_ptr<Map> database{};
    // Class stab, of the text the database is made of, or null: none. It is asked while the
    // database's file does not exist and its own does, with a word to `report` once. Where both are
    // missing the answer is the database's.
    std::unique_ptr<Map> text{};
};

// A database without the key "@" may be one that is still being written (newaliases stores it
// last): until it is there, or the file has not been written to for `patience` (AliasWait; 0: not
// at all), lookups wait. A database that stays without is used, with a word once for each file.
[[nodiscard]] std::unique_ptr<Map> make_alias_map(AliasSources sources,
                                                  std::chrono::seconds patience,
                                                  const MapEnvironment& environment);

}  // namespace sm
