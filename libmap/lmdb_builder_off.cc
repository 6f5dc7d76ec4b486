#include "libmap/map_format.h"

namespace sm {

const MapFormat* lmdb_format() {
    return nullptr;
}

}  // namespace sm
