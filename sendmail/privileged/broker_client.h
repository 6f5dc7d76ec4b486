// BrokerClient and BrokerQueueFiles: Privileged and QueueFiles for a process without rights, over
// its own channel to the broker. The channel is opened at the first request and is never used by
// two processes: after a fork the child opens one of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcf/config.h"
#include "sendmail/privileged/broker.h"
#include "sendmail/privileged/privileged.h"
#include "sendmail/privileged/requests.h"
#include "sendmail/queue/queue_files.h"

namespace sm {

class BrokerChannel {
  public:
    // door outlives the channel.
    explicit BrokerChannel(const BrokerDoor& door) : door_(door) {}

    [[nodiscard]] Result<BrokerPacket<BrokerReply>> ask(const BrokerRequest& request,
                                                        std::string_view text);
    // As ask, for replies with exactly one descriptor.
    [[nodiscard]] Result<UniqueFd> ask_descriptor(const BrokerRequest& request,
                                                  std::string_view text);

    // Sent so far.
    [[nodiscard]] long requests() const { return requests_; }

  private:
    [[nodiscard]] Status connect();

    const BrokerDoor& door_;
    UniqueFd channel_;
    pid_t owner_ = 0;
    long requests_ = 0;
};

class BrokerClient final : public Privileged {
  public:
    explicit BrokerClient(BrokerChannel& channel) : channel_(channel) {}

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
    BrokerChannel& channel_;
};

// A MapEnvironment::open_file that asks the broker for what this process may not open itself.
// Both outlive it.
[[nodiscard]] std::function<Result<UniqueFd>(const std::string& path)> make_map_opener(
    const Config& config, BrokerChannel& channel);

// A MapEnvironment::connect_to that asks the broker where this process may not connect to the UNIX
// socket of a map; else it is `connect`.
[[nodiscard]] std::function<Result<UniqueFd>(std::string_view spec, Deadline)> make_map_connector(
    std::function<Result<UniqueFd>(std::string_view spec, Deadline)> connect, const Config& config,
    BrokerChannel& channel);

class BrokerQueueFiles final : public QueueFiles {
  public:
    BrokerQueueFiles(const Config& config, BrokerChannel& channel);

    [[nodiscard]] Result<UniqueFd> open(const std::string& directory, const std::string& name,
                                        int flags, mode_t mode) override;
    [[nodiscard]] Status link(const std::string& directory, const std::string& from,
                              const std::string& to) override;
    [[nodiscard]] Status rename(const std::string& directory, const std::string& from,
                                const std::string& to) override;
    [[nodiscard]] Status unlink(const std::string& directory, const std::string& name) override;
    [[nodiscard]] Status sync_directory(const std::string& directory) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& directory) override;
    [[nodiscard]] Result<struct stat> stat(const std::string& directory,
                                           const std::string& name) override;

  private:
    [[nodiscard]] Result<BrokerRequest> request(BrokerOp op, const std::string& directory);
    [[nodiscard]] Status two_names(BrokerOp op, const std::string& directory,
                                   const std::string& from, const std::string& to);
    [[nodiscard]] Result<int> directory_fd(const std::string& directory);

    BrokerChannel& channel_;
    std::unordered_map<std::string, std::int32_t> numbers_;
    std::unordered_map<std::string, UniqueFd> open_directories_;
};

}  // namespace sm
