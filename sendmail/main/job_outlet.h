// QueueOutlet: what becomes of committed jobs in this program: a hint to the queue manager, a
// worker of our own when there is none, or a delivery while the client waits.
#pragma once

#include "sendmail/main/command_line.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/server/services.h"

namespace sm {

class QueueOutlet final : public JobOutlet {
  public:
    // All outlive the outlet.
    QueueOutlet(const Config& config, MailParts& parts, const CommandLine& command)
        : config_(config), parts_(parts), command_(command) {}

    void hand_over(Job&& job) override;
    void deliver_now(Job&& job, const std::function<void(std::string_view)>& say) override;
    [[nodiscard]] bool start_queue_run(std::string_view node) override;

    // For the daemon; empty until there is a queue manager.
    [[nodiscard]] std::function<Result<pid_t>()> manager_starter();

  private:
    const Config& config_;
    MailParts& parts_;
    const CommandLine& command_;
};

}  // namespace sm
