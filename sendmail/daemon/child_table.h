// ChildTable: the sessions of a daemon by pid, counted by listening socket and client address,
// and the rates of new connections. What {client_connections}, {client_rate}, MaxDaemonChildren
// and ConnectionRateThrottle ask for. Who guesses passwords is remembered by address, so that a new
// connection is no new beginning. One process; no memory is shared.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace sm {

struct ClientCounts {
    int connections = 0;
    int rate = 0;
    int total_rate = 0;
    int failed_auth = 0;  // sessions of this address that ended without a right password
};

// How often something happened of late, by address.
class RecentCounts {
  public:
    explicit RecentCounts(std::chrono::seconds window) : window_(window) {}

    void add(const std::string& address, std::int64_t now);
    [[nodiscard]] int of(const std::string& address, std::int64_t now);
    [[nodiscard]] int total() const { return static_cast<int>(events_.size()); }
    // Those of second `now`.
    [[nodiscard]] int in(std::int64_t now) const;

  private:
    struct Event {
        std::int64_t at = 0;
        std::string address;
    };
    void forget_old(std::int64_t now);

    std::chrono::seconds window_;
    std::deque<Event> events_;
    std::unordered_map<std::string, int> counts_;
};

class ChildTable {
  public:
    explicit ChildTable(std::chrono::seconds window) : arrivals_(window) {}

    // A connection of `address` came in at `now` (seconds); its counts, itself included.
    ClientCounts arrived(const std::string& address, std::int64_t now);
    // Its session runs as `pid`.
    void add(pid_t pid, std::size_t socket, const std::string& address);
    // The session could not be started.
    void gave_up(const std::string& address);
    // failed_auth: its client was refused AUTH to the end. False: not a session.
    bool ended(pid_t pid, bool failed_auth, std::int64_t now);

    [[nodiscard]] int sessions() const { return static_cast<int>(children_.size()); }
    [[nodiscard]] int sessions_of(std::size_t socket) const;
    // Connections that came in during second `now`.
    [[nodiscard]] int arrivals_in(std::int64_t now) const { return arrivals_.in(now); }

  private:
    struct Child {
        std::size_t socket = 0;
        std::string address;
    };
    static constexpr std::chrono::minutes kMemory{10};  // for failed AUTH

    std::unordered_map<pid_t, Child> children_;
    std::unordered_map<std::string, int> open_;
    RecentCounts arrivals_;
    RecentCounts failures_{kMemory};
};

}  // namespace sm
