// MailParts: the objects that the mail-moving modes share, put together: queue, router, names,
// privileged operations (here or through the broker), what becomes of a committed job.
#pragma once

#include <memory>
#include <optional>

#include "libcf/config.h"
#include "libnet/resolver.h"
#include "sendmail/deliver/client_tls.h"
#include "sendmail/privileged/broker.h"
#include "sendmail/privileged/broker_client.h"
#include "sendmail/privileged/direct.h"
#include "sendmail/queue/queue_store.h"
#include "sendmail/server/router_guide.h"
#include "sendmail/server/services.h"

namespace sm {

// Whether a message is delivered by the process that accepted it, or its child.
[[nodiscard]] inline bool delivers_at_once(const Options& options) {
    return options.delivery_mode == DeliveryMode::kInteractive ||
           options.delivery_mode == DeliveryMode::kBackground;
}

class MailParts {
  public:
    // config outlives the parts. Root opens the maps and starts the broker here (unless RunAsUser
    // is set); maps that change later are opened through it.
    [[nodiscard]] static Result<std::unique_ptr<MailParts>> make(Config& config);
    ~MailParts();

    // What sessions, manager and workers become; absent: this process is not root.
    [[nodiscard]] const std::optional<Credentials>& session_user() const { return user_; }
    [[nodiscard]] Privileged& privileged() { return *privileged_; }
    [[nodiscard]] QueueFiles& queue_files() { return *files_; }
    [[nodiscard]] QueueStore& store() { return *store_; }
    [[nodiscard]] NameService& names() { return *names_; }
    [[nodiscard]] const BrokerChannel* channel() const { return channel_.get(); }
    [[nodiscard]] RecipientGuide& guide() { return *guide_; }
    [[nodiscard]] ClientTls& client_tls() { return client_tls_; }
    // Loads the client's certificate and key while this process is root; later it cannot.
    void prepare_client_tls();

  private:
    explicit MailParts(Config& config) : config_(config), client_tls_(config) {}
    [[nodiscard]] Status start_privileged();
    void open_maps();

    Config& config_;
    std::optional<Credentials> user_;
    BrokerDoor door_;
    std::unique_ptr<BrokerChannel> channel_;
    std::unique_ptr<Privileged> privileged_;
    std::unique_ptr<BrokerQueueFiles> broker_files_;
    QueueFiles* files_ = nullptr;
    std::unique_ptr<QueueStore> store_;
    std::unique_ptr<Resolver> resolver_;
    std::unique_ptr<NameService> names_;
    std::unique_ptr<RouterGuide> guide_;
    ClientTls client_tls_;
};

}  // namespace sm
