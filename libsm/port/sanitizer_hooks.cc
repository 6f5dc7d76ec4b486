#include "libsm/port/sanitizer_hooks.h"

#ifdef SM_COVERAGE
extern "C" void __gcov_dump(void);
#endif
#ifdef SM_SANITIZE
#include <sanitizer/lsan_interface.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

// Libraries that keep memory until the process ends: Berkeley DB finds its regions by offset, which
// looks like a leak while a database is open; the DIGEST-MD5 plugin never frees its ciphers.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libdb-5.3\nleak:libdigestmd5\n";
}
extern "C" const char* __lsan_default_options() {
    return "print_suppressions=0";
}

namespace {
// The checker cannot look into such a process, nor can that read its options from the environment.
bool set_id_program() {
    return ::getauxval(AT_SECURE) != 0;
}
}  // namespace

extern "C" const char* __asan_default_options() {
    return set_id_program() ? "detect_leaks=0" : "";
}

// Nor into one that forbade core dumps, unless it is root's.
extern "C" int __lsan_is_turned_off() {
    return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 || ::geteuid() == 0 ? 0 : 1;
}
#endif

namespace sm::port {

int before_exit() {
#ifdef SM_COVERAGE
    __gcov_dump();
#endif
#ifdef SM_SANITIZE
    if (set_id_program()) return 0;
    return __lsan_do_recoverable_leak_check() != 0 ? 23 : 0;
#else
    return 0;
#endif
}

}  // namespace sm::port
