// sendmail and its other names: see personality.h.
#include <string>
#include <vector>

#include "libsm/process.h"
#include "sendmail/main/personality.h"

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    sm::init_process_title(argc, argv);
    return static_cast<int>(sm::run_personality(arguments));
}
