// DirectPrivileged: the requests of Privileged done in this process with the rights it has: by
// root itself (the broker uses it), or by a user who has nothing to gain from a broker.
#pragma once

#include "libcf/config.h"
#include "sendmail/privileged/privileged.h"

namespace sm {

class DirectPrivileged final : public Privileged {
  public:
    // config outlives the object.
    explicit DirectPrivileged(const Config& config) : config_(config) {}

    [[nodiscard]] bool can_act_as_others() const override;
    [[nodiscard]] Result<StartedMailer> start_mailer(const MailerSpec& mailer,
                                                     const std::vector<std::string>& argv,
                                                     const Credentials& user,
                                                     std::string_view home) override;
    [[nodiscard]] Result<ChildStatus> wait_mailer(pid_t pid, Deadline deadline) override;
    [[nodiscard]] Result<UserFile> open_user_file(UserFileKind kind, const std::string& path,
                                                  const Credentials& user) override;
    [[nodiscard]] Result<UniqueFd> open_delivery_file(const std::string& path,
                                                      const Credentials& user) override;
    [[nodiscard]] Result<UniqueFd> connect_filter(int number, Deadline deadline) override;
    [[nodiscard]] Result<UniqueFd> open_host_status(std::string_view host, bool write) override;
    [[nodiscard]] Result<bool> check_password(std::string_view user, std::string_view realm,
                                              std::string_view password) override;
    [[nodiscard]] Result<std::optional<std::string>> password_secret(
        std::string_view user, std::string_view realm) override;

  private:
    const Config& config_;
};

}  // namespace sm
