// Caller: the user who runs the program, for submission: name, home, trust.
#pragma once

#include <sys/types.h>

#include <string>

#include "libcf/config.h"
#include "libsm/process.h"

namespace sm {

struct Caller {
    std::string login;      // "root"; the number as text when there is no account
    std::string full_name;  // of the account, or the variable NAME
    std::string home;       // "" unknown
    Credentials who;
    bool trusted = false;  // root, TrustedUser or a member of class t: may use -f silently
};

[[nodiscard]] Caller find_caller(const Config& config);

}  // namespace sm
