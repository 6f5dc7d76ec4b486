// ChildTable: the sessions of a daemon by pid, counted by listening socket and client address,
// and the rates of new connections. What {client_connections}, {client_rate}, MaxDaemonChildren
// and ConnectionRateThrottle ask for. One process; no memory is shared.
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
};

class ChildTable {
  public:
    explicit ChildTable(std::chrono::seconds window) : window_(window) {}

    // A connection of `address` came in at `now` (seconds); its counts, itself included.
    ClientCounts arrived(const std::string& address, std::int64_t now);
    // Its session runs as `pid`.
    void add(pid_t pid, std::size_t socket, const std::string& address);
    // The session could not be started.
    void gave_up(const std::string& address);
    // False: not a session.
    bool ended(pid_t pid);

    [[nodiscard]] int sessions() const { return static_cast<int>(children_.size()); }
    [[nodiscard]] int sessions_of(std::size_t socket) const;
    // Connections that came in during second `now`.
    [[nodiscard]] int arrivals_in(std::int64_t now) const;

  private:
    struct Child {
        std::size_t socket = 0;
        std::string address;
    };
    struct Arrival {
        std::int64_t at = 0;
        std::string address;
    };
    void forget_old(std::int64_t now);

    std::chrono::seconds window_;
    std::unordered_map<pid_t, Child> children_;
    std::unordered_map<std::string, int> open_;
    std::unordered_map<std::string, int> recent_;
    std::deque<Arrival> arrivals_;
};

}  // namespace sm
