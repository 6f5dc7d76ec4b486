#include "libcf/map_table.h"

namespace sm {

Map* MapTable::find(std::string_view name) const {
    auto found = index_.find(name);
    if (found == index_.end()) found = index_.find(lower(name));
    return found != index_.end() ? maps_[found->second].get() : nullptr;
}

void MapTable::add(std::unique_ptr<Map> map) {
    const std::string key = lower(map->name());
    const auto known = index_.find(key);
    if (known != index_.end()) {
        maps_[known->second] = std::move(map);
        return;
    }
    index_.emplace(key, maps_.size());
    maps_.push_back(std::move(map));
}

std::vector<Map*> MapTable::all() const {
    std::vector<Map*> out;
    out.reserve(maps_.size());
    for (const auto& map : maps_) out.push_back(map.get());
    return out;
}

}  // namespace sm
