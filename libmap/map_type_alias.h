// MapTypeAlias: classes of map files that stand for others, so that one configuration serves builds
// with and without libdb.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

using MapTypeAliases = std::map<std::string, std::string, std::less<>>;  // wanted: used

// "hash:cdb, btree:lmdb". Left: hash, btree, dbm, implicit; right: a class that can be built. Empty
// text: no aliases. Error kConfig: what is wrong with the text.
[[nodiscard]] Result<MapTypeAliases> parse_map_type_aliases(std::string_view text);

// The class to use for `type`; `implicit` goes with hash where it has no alias of its own.
[[nodiscard]] std::string used_map_type(const MapTypeAliases& aliases, std::string_view type);

}  // namespace sm
