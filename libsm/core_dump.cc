#include "libsm/core_dump.h"

#include <sys/prctl.h>

#include <cerrno>

namespace sm {

Status forbid_core_dump() {
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return os_error("prctl", errno);
    return {};
}

}  // namespace sm
