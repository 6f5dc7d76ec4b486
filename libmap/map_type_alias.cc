#include "libmap/map_type_alias.h"

#include <algorithm>
#include <array>

#include "libmap/map_builder.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::array<std::string_view, 4> kReplaceable = {"hash", "btree", "dbm", "implicit"};

bool can_be_built(std::string_view type) {
    const auto types = buildable_map_types();
    return type != "implicit" && std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

Result<MapTypeAliases> parse_map_type_aliases(std::string_view text) {
    MapTypeAliases out;
    for (const std::string_view item : split(text, ',')) {
        if (trim(item).empty()) continue;
        const std::size_t colon = item.find(':');
        const std::string wanted = lower(trim(item.substr(0, colon)));
        const std::string used =
            colon == std::string_view::npos ? "" : lower(trim(item.substr(colon + 1)));
        if (std::find(kReplaceable.begin(), kReplaceable.end(), wanted) == kReplaceable.end()) {
            return make_error(Exit::kConfig, cat("MapTypeAlias: \"", trim(item),
                                                 "\": only hash, btree, dbm and implicit can stand "
                                                 "for another class: hash:cdb"));
        }
        if (!can_be_built(used)) {
            return make_error(Exit::kConfig,
                              cat("MapTypeAlias: \"", trim(item),
                                  "\": behind the colon belongs a class that makemap -l lists"));
        }
        out[wanted] = used;
    }
    return out;
}

std::string used_map_type(const MapTypeAliases& aliases, std::string_view type) {
    const std::string name = lower(type);
    auto found = aliases.find(name);
    if (found == aliases.end() && name == "implicit") found = aliases.find("hash");
    return found == aliases.end() ? std::string(type) : found->second;
}

}  // namespace sm
