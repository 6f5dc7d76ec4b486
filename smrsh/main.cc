// smrsh: the shell of the prog mailer, restricted to the programs of one directory.
// Manual page: smrsh.8. Exit status: the command's, 64 usage, 69 not allowed.
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <iostream>

#include "libsm/log.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "smrsh/restrict_command.h"

namespace sm {
namespace {

bool is_program(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

Exit run(int argc, char** argv) {
    const std::string program = argc > 0 ? argv[0] : "smrsh";
    log_open_syslog("smrsh");
    if (argc != 3 || std::strcmp(argv[1], "-c") != 0 || trim(argv[2]).empty()) {
        std::cerr << "Usage: " << program << " -c command\n";
        return Exit::kUsage;
    }
    const auto command = restrict_command(argv[2], SM_SMRSH_CMDDIR, is_program);
    if (!command.ok()) {
        std::cerr << program << ": " << command.error().text << '\n';
        log_message(LogPriority::kCritical,
                    cat("uid ", ::getuid(), ": attempt to use \"", printable(argv[2], 200),
                        "\": ", command.error().text));
        return command.error().code;
    }
    const Error error = exec_self("/bin/sh", {"/bin/sh", "-c", *command},
                                  {"PATH=/bin:/usr/bin:/usr/ucb", "AGENT=sendmail"});
    std::cerr << program << ": " << error.text << '\n';
    return Exit::kOsFile;
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
