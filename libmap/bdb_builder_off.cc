#include "libmap/map_format.h"

namespace sm {

const MapFormat* bdb_format() {
    return nullptr;
}

}  // namespace sm
