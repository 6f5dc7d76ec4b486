// QueueOutlet: what becomes of committed jobs in this program: a hint to the queue manager, a
// worker of our own when there is none, or a delivery while the client waits.
#pragma once

#include "sendmail/main/command_line.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/runner/delivery_environment.h"
#include "sendmail/runner/hint_channel.h"
#include "sendmail/runner/manager.h"
#include "sendmail/server/services.h"

namespace sm {

class QueueOutlet final : public JobOutlet {
  public:
    // All outlive the outlet.
    QueueOutlet(const Config& config, MailParts& parts);

    // Makes the channel to a manager; before the first fork. Without it every job is delivered by
    // a process of the caller's own.
    [[nodiscard]] Status open_channel();
    // The body of the manager process.
    [[nodiscard]] Exit manager_body(const ManagerOptions& options);

    void hand_over(Job&& job) override;
    Exit deliver_now(Job&& job, const DeliveryWatch& watch) override;
    [[nodiscard]] bool start_queue_run(std::string_view node) override;

    [[nodiscard]] const DeliveryEnvironment& environment() const { return environment_; }

  private:
    const Config& config_;
    DeliveryEnvironment environment_;
    HintChannel channel_;
    std::optional<HintClient> client_{};
};

}  // namespace sm
