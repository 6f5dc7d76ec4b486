#include "libsm/port/sanitizer_hooks.h"

#ifdef SM_COVERAGE
extern "C" void __gcov_dump(void);
#endif
#ifdef SM_SANITIZE
#include <sanitizer/lsan_interface.h>
#endif

namespace sm::port {

int before_exit() {
#ifdef SM_COVERAGE
    __gcov_dump();
#endif
#ifdef SM_SANITIZE
    return __lsan_do_recoverable_leak_check() != 0 ? 23 : 0;
#else
    return 0;
#endif
}

}  // namespace sm::port
