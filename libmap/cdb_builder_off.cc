#include "libmap/map_format.h"

namespace sm {

const MapFormat* cdb_format() {
    return nullptr;
}

}  // namespace sm
