// MapBuilder: writes a map file as a whole. Readers see the old file until commit(), then the new
// one: a temporary file beside it, flushed, renamed. Nothing is left of a builder that is not
// committed.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"

namespace sm {

struct MapBuildOptions {
    mode_t mode = 0640;            // of a map that is new; another keeps its own
    std::size_t cache_octets = 0;  // 0: chosen by the builder
    std::optional<uid_t> owner{};  // of the file, when root makes it; else that of the old one
    // A symbolic link of the map's name stays and the file that it leads to is replaced. For
    // callers that have checked who could make such a link.
    bool follow_links = false;
    bool duplicates = false;  // -d: several values of one key (btree)
    bool replace = false;     // -r: a later value replaces; else the key is refused
    // -o: starts from the entries of the existing file, which is locked against others that do so,
    // and keeps several values of a key where that has them.
    bool keep_old = false;
};

class MapBuilder {
  public:
    // kBadKey: this type of file cannot hold a key of that length.
    enum class Put { kStored, kDuplicate, kBadKey };

    virtual ~MapBuilder() = default;
    // Error kIoErr and the like: the file cannot be written any more.
    [[nodiscard]] virtual Result<Put> put(std::string_view key, std::string_view value) = 0;
    // Takes an entry of this builder (with keep_old: of the existing file) out. False: there is
    // none.
    [[nodiscard]] virtual Result<bool> erase(std::string_view key) = 0;
    [[nodiscard]] virtual Status commit() = 0;
};

// type: "hash", "btree", "cdb", "lmdb", "implicit" (what newaliases makes). path: without or with
// its ".db", ".cdb", ".lmdb". Error kUnavailable: no such type (text
// "Unknown database type"); else the system's, errno kept.
[[nodiscard]] Result<std::unique_ptr<MapBuilder>> make_map_builder(std::string_view type,
                                                                   const std::string& path,
                                                                   const MapBuildOptions& options);

// The file of a map: the path with the type's suffix.
[[nodiscard]] std::string map_file_name(std::string_view type, const std::string& path);

// Whether an existing map may hold several values of a key.
[[nodiscard]] Result<bool> map_has_duplicates(std::string_view type, const std::string& path);

// Calls `visit` with every entry of a map file, in the order of the file.
[[nodiscard]] Status for_each_entry(
    std::string_view type, const std::string& path,
    const std::function<void(std::string_view key, std::string_view value)>& visit);

// The first value of a key, as stored. nullopt: no such key.
[[nodiscard]] Result<std::optional<std::string>> find_entry(std::string_view type,
                                                            const std::string& path,
                                                            std::string_view key);

// The types that can be built, best known first; for makemap -l.
[[nodiscard]] std::vector<std::string_view> buildable_map_types();

}  // namespace sm
