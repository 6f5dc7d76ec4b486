// Who is who: the user that sessions, manager and workers run as, and the identity a mailer
// program gets. DESIGN section 3; operations guide 4.7 and 5.4 (F=S, F=o, U=).
#pragma once

#include <optional>

#include "libcf/config.h"
#include "libsm/process.h"

namespace sm {

// O SessionUser, else RunAsUser, else the owner of the queue directory if that is not root, else
// the first of smmta, mailnull, sendmail that exists (then a few others that every system has,
// never the default user of programs). nullopt: this process is not root and stays what it is.
[[nodiscard]] Result<std::optional<Credentials>> session_user(const Config& config);

// Gives up root for good; no debugger of that user may attach (PR_SET_DUMPABLE).
[[nodiscard]] Status become_session_user(const Credentials& who);

// What a program of `mailer` runs as when root starts it. asked: the controlling user; uid 0
// stands for none. nullopt: it stays root (F=S without U=).
[[nodiscard]] std::optional<Credentials> mailer_identity(const Config& config,
                                                         const MailerSpec& mailer,
                                                         const Credentials& asked);

// Whose rights open a .forward, an :include: or a delivery file: never root's, except for root's
// own ~/.forward and ~/dead.letter.
[[nodiscard]] Credentials file_identity(const Config& config, const Credentials& asked,
                                        const std::string& path);

// Effective user, group and groups of `who` for the life of the object; root comes back with its
// end (failing that the process ends: it must not go on with the wrong rights).
class UserScope {
  public:
    explicit UserScope(const Credentials& who);
    ~UserScope();
    UserScope(const UserScope&) = delete;
    UserScope& operator=(const UserScope&) = delete;
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    bool active_ = false;
    bool ok_ = true;
    std::vector<gid_t> groups_;
};

}  // namespace sm
