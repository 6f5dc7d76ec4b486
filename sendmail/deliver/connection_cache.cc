#include "sendmail/deliver/connection_cache.h"

#include <unistd.h>

#include "libcf/name_settings.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {
ConnectionCache::ConnectionCache(const Config& config)
    : config_(config), owner_(::getpid()), hosts_(config.options, system_clock()) {}

ConnectionCache::~ConnectionCache() {
    forget_parents();
    close_all();
}

// The descriptors are closed without a word: the parent goes on using its own.
void ConnectionCache::forget_parents() {
    if (owner_ == ::getpid()) return;
    for (Entry& entry : entries_) entry.connection->close();
    entries_.clear();
    resolver_.reset();
    names_.reset();
    owner_ = ::getpid();
}

NameService& ConnectionCache::names() {
    forget_parents();
    if (!names_) {
        resolver_ = make_resolver(resolver_settings(config_.options));
        names_ = std::make_unique<NameService>(name_settings(config_.options), *resolver_);
    }
    return *names_;
}

ClientTls& ConnectionCache::tls() {
    if (!tls_) tls_ = std::make_unique<ClientTls>(config_);
    return *tls_;
}

std::unique_ptr<SmtpConnection> ConnectionCache::take(const std::string& key) {
    forget_parents();
    close_old();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (entry->key != key) continue;
        std::unique_ptr<SmtpConnection> connection = std::move(entry->connection);
        entries_.erase(entry);
        if (!connection->is_idle()) {
            connection->close();
            return nullptr;
        }
        connection->was_reused = true;
        return connection;
    }
    return nullptr;
}

void ConnectionCache::put(const std::string& key, std::unique_ptr<SmtpConnection> connection) {
    forget_parents();
    const auto limit =
        static_cast<std::size_t>(std::max<std::int64_t>(0, config_.options.connection_cache_size));
    while (!entries_.empty() && entries_.size() >= limit) {
        entries_.front().connection->quit();
        entries_.pop_front();
    }
    if (limit == 0) {
        connection->quit();
        return;
    }
    connection->set_witness({});
    entries_.push_back({key, std::move(connection), std::chrono::steady_clock::now()});
}

void ConnectionCache::close_old() {
    const auto limit = config_.options.connection_cache_timeout;
    const auto now = std::chrono::steady_clock::now();
    while (!entries_.empty() && now - entries_.front().since > limit) {
        entries_.front().connection->quit();
        entries_.pop_front();
    }
}

void ConnectionCache::close_all() {
    for (Entry& entry : entries_) entry.connection->quit();
    entries_.clear();
}

std::shared_ptr<ConnectionCache> make_connection_cache(const Config& config) {
    return std::make_shared<ConnectionCache>(config);
}

}  // namespace sm
