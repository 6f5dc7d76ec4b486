#include "libmap/map_builder.h"

namespace sm {

Result<std::unique_ptr<MapBuilder>> make_map_builder(std::string_view, const std::string&,
                                                     const MapBuildOptions&) {
    return make_error(Exit::kUnavailable, "Unknown database type");
}

Status for_each_entry(std::string_view, const std::string&,
                      const std::function<void(std::string_view, std::string_view)>&) {
    return make_error(Exit::kUnavailable, "Unknown database type");
}

std::vector<std::string_view> buildable_map_types() {
    return {};
}

}  // namespace sm
