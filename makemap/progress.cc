#include "makemap/progress.h"

#include <unistd.h>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {

void Progress::show(std::string_view what) {
    if (!wanted_) return;
    clear();
    const std::string text = cat("makemap: ", map_name_, ": ", what);
    columns_ = text.size();
    static_cast<void>(write_all(STDERR_FILENO, text));
}

void Progress::clear() {
    if (columns_ == 0) return;
    const std::string blanks(columns_, ' ');
    static_cast<void>(write_all(STDERR_FILENO, cat('\r', blanks, '\r')));
    columns_ = 0;
}

}  // namespace sm
