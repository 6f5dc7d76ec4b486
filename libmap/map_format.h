// MapFormat: a kind of map file: what map_builder.cc needs to write, list and search one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libmap/entry_table.h"
#include "libmap/map_builder.h"
#include "libsm/result.h"

namespace sm {

using EntryVisitor = std::function<void(std::string_view key, std::string_view value)>;

struct MapFormat {
    std::string_view suffix{};        // ".db"
    std::size_t longest_key = 0;      // 0: any length, and the empty key
    bool takes_duplicates = true;     // several values of one key
    // Fills `path`, an empty file of the right owner and mode. The caller flushes it.
    Status (*write)(std::string_view type, const std::string& path, const EntryTable& entries,
                    const MapBuildOptions& options) = nullptr;
    Status (*for_each)(std::string_view type, const std::string& file,
                       const EntryVisitor& visit) = nullptr;
    Result<std::optional<std::string>> (*find)(std::string_view type, const std::string& file,
                                               std::string_view key) = nullptr;
    // Whether the file may hold a key more than once.
    Result<bool> (*has_duplicates)(std::string_view type, const std::string& file) = nullptr;
};

// nullptr: not compiled in.
[[nodiscard]] const MapFormat* bdb_format();
[[nodiscard]] const MapFormat* cdb_format();
[[nodiscard]] const MapFormat* lmdb_format();

}  // namespace sm
