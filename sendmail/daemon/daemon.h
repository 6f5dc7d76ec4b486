// Daemon: the listener. Opens the sockets of DaemonPortOptions, accepts, forks a session for each
// connection, counts and reaps. It parses nothing that a peer sent. DESIGN section 3.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcf/config.h"
#include "libnet/resolver.h"
#include "libsm/process.h"
#include "sendmail/daemon/child_table.h"
#include "sendmail/daemon/listening_socket.h"
#include "sendmail/server/services.h"

namespace sm {

struct DaemonSetup {
    const Config& config;
    const SessionServices& services;
    NameService& names;
    std::optional<Credentials> session_user{};  // what sessions become; absent: what we are
    std::vector<std::string> argv{};            // for the pid file, the log and a restart
    std::string program{};                      // path of this binary, for a restart
    std::string info{};                         // "SMTP+queueing@00:15:00"
    // Called before each session is forked: a renewed certificate is taken into use.
    std::function<void()> before_session{};
    // The body of the queue manager's process, run as the session user; empty: none wanted.
    std::function<Exit()> manager_body{};
    std::function<void()> manager_started{};
    // Reads the configuration anew as a restarted daemon would; complaints are logged. False:
    // unusable. Runs in a child.
    std::function<bool()> try_config{};
    // Called once when the sockets are open and the pid file is written.
    std::function<void()> ready{};
};

class Daemon {
  public:
    // setup outlives the daemon.
    explicit Daemon(const DaemonSetup& setup);

    // Opens the sockets (or takes over those of the program before a restart). Error: one could
    // not be opened and is not optional.
    [[nodiscard]] Status open_sockets();

    // Serves until SIGTERM. Does not return after a successful restart.
    Exit run();

  private:
    void accept_from(std::size_t index);
    void start_session(std::size_t index, UniqueFd connection, const SocketAddress& peer);
    Exit session(std::size_t index, UniqueFd connection, const ClientCounts& counts);
    void reap();
    void keep_manager();
    Exit manager();
    void update_sockets();
    [[nodiscard]] std::string refusal(std::size_t index, std::optional<int>& load) const;
    void set_title(const std::string& text);
    void log_refusal(const std::string& refusing);
    void delay_for_load();
    void restart();
    void log_start() const;

    const DaemonSetup& setup_;
    const Config& config_;
    std::vector<ListeningSocket> sockets_;
    ChildTable children_;
    pid_t manager_ = 0;
    std::int64_t manager_started_ = 0;
    pid_t config_trial_ = 0;
    std::string title_;
    std::string refusing_;  // why connections are refused now; "" they are not
    std::int64_t refusing_since_ = 0;
    std::int64_t refusal_logged_ = 0;
    bool delaying_ = false;  // DelayLA
    bool throttled_ = false;
};

}  // namespace sm
