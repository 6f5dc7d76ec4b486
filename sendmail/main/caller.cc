#include "sendmail/main/caller.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "libsm/strings.h"
#include "sendmail/route/local_user.h"

namespace sm {

Caller find_caller(const Config& config) {
    Caller out;
    const uid_t uid = ::getuid();
    out.who = Credentials{uid, ::getgid(), {}};
    if (const passwd* entry = ::getpwuid(uid)) {
        out.login = entry->pw_name;
        out.home = entry->pw_dir;
        out.full_name = full_name_of(entry->pw_gecos != nullptr ? entry->pw_gecos : "", out.login);
        out.who.groups_of = out.login;
    } else {
        out.login = cat(uid);
    }
    if (const char* name = std::getenv("NAME"); name != nullptr && *name != '\0') {
        out.full_name = name;
    }
    const auto& trusted_user = config.options.trusted_user_ids;
    out.trusted = uid == 0 || (trusted_user && trusted_user->uid == uid) ||
                  config.in_class("t", lower(out.login));
    return out;
}

}  // namespace sm
