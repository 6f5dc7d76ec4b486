#include "libsm/features.h"

namespace sm {

std::string_view version() {
    return "9.0.0";
}

}  // namespace sm
