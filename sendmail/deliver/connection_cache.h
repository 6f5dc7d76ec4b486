// What one worker keeps between jobs: open connections to next hops, what it knows of hosts, and
// the name service. Belongs to one process: after a fork the child's copy closes nothing and uses
// nothing of the parent's connections.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "libcf/config.h"
#include "libnet/resolver.h"
#include "sendmail/deliver/client_tls.h"
#include "sendmail/deliver/host_status.h"
#include "sendmail/deliver/smtp_connection.h"

namespace sm {

class ConnectionCache {
  public:
    explicit ConnectionCache(const Config& config);
    ~ConnectionCache();
    ConnectionCache(const ConnectionCache&) = delete;
    ConnectionCache& operator=(const ConnectionCache&) = delete;

    // A connection put there under that key that is still of use; nullptr: none.
    // key: everything that a connection's security and reach depend on: mailer, address, port,
    // policy.
    [[nodiscard]] std::unique_ptr<SmtpConnection> take(const std::string& key);
    // Keeps it for the next job; the oldest one is closed when there are too many
    // (ConnectionCacheSize; the mailer's m= counts messages).
    void put(const std::string& key, std::unique_ptr<SmtpConnection> connection);
    // QUIT to all that have been idle for longer than ConnectionCacheTimeout.
    void close_old();
    void close_all();
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    [[nodiscard]] HostStatusTable& hosts() { return hosts_; }
    [[nodiscard]] NameService& names();
    [[nodiscard]] ClientTls& tls();

  private:
    struct Entry {
        std::string key;
        std::unique_ptr<SmtpConnection> connection;
        std::chrono::steady_clock::time_point since;
    };
    void forget_parents();

    const Config& config_;
    pid_t owner_;
    std::list<Entry> entries_;  // oldest first
    HostStatusTable hosts_;
    std::unique_ptr<Resolver> resolver_;
    std::unique_ptr<NameService> names_;
    std::unique_ptr<ClientTls> tls_;
};

}  // namespace sm
