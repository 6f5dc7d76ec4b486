#include "libmap/drivers.h"

namespace sm {

std::unique_ptr<Map> make_hash_map(MapFlags, const MapEnvironment&) {
    return nullptr;
}
std::unique_ptr<Map> make_implicit_map(MapFlags, const MapEnvironment&) {
    return nullptr;
}
std::unique_ptr<Map> make_btree_map(MapFlags, const MapEnvironment&) {
    return nullptr;
}

}  // namespace sm
