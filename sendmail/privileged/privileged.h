// Privileged: what needs root's rights, as an interface. Implementations: Direct (the caller has
// the rights, or nothing to add) and BrokerClient (fixed-size binary requests to the broker
// process over a socket pair). Things are named by number, never by a path or command that a peer
// process sends. DESIGN section 3.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/mailer_spec.h"
#include "libsm/clock.h"
#include "libsm/process.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// A mailer program that was started with the identity it should have.
struct StartedMailer {
    pid_t pid = 0;          // in the broker's or this process's children
    UniqueFd to_program;    // its standard input
    UniqueFd from_program;  // its standard output and error
};

enum class UserFileKind { kForward, kInclude };

struct UserFile {
    UniqueFd fd;
    bool safe_directory = true;  // nobody but the owners can write in a directory above it
};

class Privileged {
  public:
    virtual ~Privileged() = default;

    // Whether files and programs of other users are dealt with under their identity; without
    // root's rights everything is done as one user.
    [[nodiscard]] virtual bool can_act_as_others() const { return true; }

    // Starts mailer `number` of the configuration as `user` (U=, F=S, controlling user, default
    // user: the rules are the implementation's, from the same Config). argv is expanded already.
    [[nodiscard]] virtual Result<StartedMailer> start_mailer(const MailerSpec& mailer,
                                                             const std::vector<std::string>& argv,
                                                             const Credentials& user,
                                                             std::string_view home) = 0;
    // Waits for a program of start_mailer.
    [[nodiscard]] virtual Result<ChildStatus> wait_mailer(pid_t pid, Deadline deadline) = 0;

    // Opens a .forward or :include: file as `user` after the file-safety checks. Error kNoInput:
    // does not exist; kNoPerm: unsafe (text is the bare reason); kTempFail otherwise.
    [[nodiscard]] virtual Result<UserFile> open_user_file(UserFileKind kind,
                                                          const std::string& path,
                                                          const Credentials& user) = 0;

    // Opens `path` for appending as `user`, after the checks for *file* delivery.
    [[nodiscard]] virtual Result<UniqueFd> open_delivery_file(const std::string& path,
                                                              const Credentials& user) = 0;

    // Connects to the socket of filter `number` of the configuration.
    [[nodiscard]] virtual Result<UniqueFd> connect_filter(int number, Deadline deadline) = 0;

    // Opens the file of HostStatusDirectory for a host (open_host_status). Error kNoInput: there is
    // none, or no directory.
    [[nodiscard]] virtual Result<UniqueFd> open_host_status(std::string_view /*host*/,
                                                            bool /*write*/) {
        return make_error(Exit::kNoInput, "no host status");
    }

    // Verifies a password through SASL where that needs root. False: wrong.
    [[nodiscard]] virtual Result<bool> check_password(std::string_view user, std::string_view realm,
                                                      std::string_view password) = 0;

    // The stored secret that a SASL mechanism with a challenge needs. nullopt: no such user.
    [[nodiscard]] virtual Result<std::optional<std::string>> password_secret(
        std::string_view user, std::string_view realm) = 0;
};

}  // namespace sm
