#include "sendmail/daemon/daemon.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/daemon/client_lookup.h"
#include "sendmail/daemon/pid_file.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/privileged/identity.h"
#include "sendmail/server/connection.h"
#include "sendmail/server/session.h"
#include "sendmail/server/socket_stream.h"

namespace sm {
namespace {

constexpr const char* kListenersVariable = "SENDMAIL_LISTENERS";
constexpr int kAcceptsPerRound = 16;
constexpr std::size_t kLineBuffer = 2048;
constexpr std::chrono::seconds kLookupTime{60};
constexpr Exit kFailedAuth = Exit::kNoPerm;  // how a session tells the listener

}  // namespace

Daemon::Daemon(const DaemonSetup& setup)
    : setup_(setup),
      config_(setup.config),
      children_(config_.options.connection_rate_window_size) {}

Status Daemon::open_sockets() {
    for (const DaemonSpec& spec : config_.daemons) {
        ListeningSocket socket;
        socket.spec = &spec;
        auto address = listening_address(spec, setup_.names);
        if (!address.ok()) {
            if (!spec.has('O')) return address.error();
            log_message(LogPriority::kError, address.error().text);
            continue;
        }
        socket.address = *address;
        sockets_.push_back(std::move(socket));
    }
    if (const char* exported = std::getenv(kListenersVariable)) {
        import_listeners(exported, sockets_);
        ::unsetenv(kListenersVariable);
    }
    for (ListeningSocket& socket : sockets_) {
        if (socket.fd.valid()) continue;
        auto opened = open_listener(*socket.spec, socket.address);
        if (opened.ok()) {
            socket.fd = std::move(opened).value();
        } else if (socket.spec->has('O')) {
            log_message(LogPriority::kError, opened.error().text);
        } else {
            Error error = opened.error();
            error.text = cat("opendaemonsocket: daemon ", socket.spec->name, ": ", error.text);
            return error;
        }
    }
    return {};
}

void Daemon::set_title(const std::string& text) {
    if (text == title_) return;
    title_ = text;
    set_process_title(text);
}

void Daemon::log_start() const {
    log_at(9, LogPriority::kInfo,
           cat("starting daemon (", config_.macros.get("v"), "): ", setup_.info));
    log_at(10, LogPriority::kInfo, cat("started as: ", join(setup_.argv, " ")));
}

// Why connections to this socket must be refused now; "" they need not. load: the load average,
// read when it is needed and not there.
std::string Daemon::refusal(std::size_t index, std::optional<int>& load) const {
    const DaemonSpec& spec = *sockets_[index].spec;
    const std::int64_t limit = config_.options.max_daemon_children;
    if (limit > 0 && children_.sessions() >= limit) {
        return cat("rejecting connections on daemon ", spec.name, ": ", children_.sessions(),
                   " children, max ", limit);
    }
    if (spec.max_children && *spec.max_children > 0 &&
        children_.sessions_of(index) >= *spec.max_children) {
        return cat("rejecting connections on daemon ", spec.name, ": ",
                   children_.sessions_of(index), " children, max ", *spec.max_children);
    }
    const auto refuse_la = refuse_load_limit(config_.options, spec.refuse_la);
    if (refuse_la) {
        if (!load) load = load_average();
        if (*load >= *refuse_la) {
            return cat("rejecting connections on daemon ", spec.name, ": load average: ", *load);
        }
    }
    return {};
}

// When it begins, and again after each RejectLogInterval.
void Daemon::log_refusal(const std::string& refusing) {
    const std::int64_t now = setup_.services.clock.now();
    if (refusing.empty()) return;
    if (refusing_.empty()) refusing_since_ = refusal_logged_ = now;
    const std::int64_t interval = config_.options.reject_log_interval.count();
    if (interval > 0 && now - refusal_logged_ >= interval) {
        refusal_logged_ = now;
        const std::string daemon = refusing.substr(0, refusing.find(':'));
        log_at(8, LogPriority::kError,
               cat("have been ", daemon, " for ",
                   format_timespan(std::chrono::seconds(now - refusing_since_))));
    } else if (refusing != refusing_) {
        log_at(8, LogPriority::kInfo, refusing);
    }
}

// DelayLA: one connection a second.
void Daemon::delay_for_load() {
    for (const ListeningSocket& socket : sockets_) {
        const auto limit = delay_load_limit(config_.options, socket.spec->delay_la);
        const int load = limit ? load_average() : 0;
        if (!limit || load < *limit) continue;
        const std::string text = cat("delaying connections on daemon ", socket.spec->name,
                                     ": load average=", load, " >= ", *limit);
        if (!delaying_) log_at(8, LogPriority::kInfo, text);
        delaying_ = true;
        set_title(text);
        pollfd wake{SignalSet::wake_fd(), POLLIN, 0};
        static_cast<void>(::poll(&wake, 1, 1000));
        return;
    }
    delaying_ = false;
}

// Closes the sockets of daemons that refuse, opens them again when they no longer do.
void Daemon::update_sockets() {
    std::string refusing;
    std::optional<int> load;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        ListeningSocket& socket = sockets_[i];
        const std::string why = refusal(i, load);
        if (!why.empty()) {
            refusing = why;
            socket.fd.reset();
        } else if (!socket.fd.valid()) {
            auto opened = open_listener(*socket.spec, socket.address);
            if (opened.ok()) socket.fd = std::move(opened).value();
        }
    }
    log_refusal(refusing);
    refusing_ = refusing;
    set_title(refusing.empty() ? "accepting connections" : refusing);
}

// The body of a session's process.
Exit Daemon::session(std::size_t index, UniqueFd connection, const ClientCounts& counts) {
    reset_signals();
    if (!SignalSet::watch({SIGTERM}).ok()) return Exit::kOsErr;
    for (ListeningSocket& socket : sockets_) socket.fd.reset();
    if (setup_.session_user) {
        if (const Status done = become_session_user(*setup_.session_user); !done.ok()) {
            log_message(LogPriority::kAlert, cat("session: ", done.error().text));
            return done.error().code;
        }
    }
    ClientFacts client = look_up_client(connection.get(), setup_.names,
                                        config_.options.use_compressed_ipv6_addresses,
                                        Deadline::in(kLookupTime), config_.options.timeouts.ident);
    client.connections = counts.connections;
    client.rate = counts.rate;
    client.total_rate = counts.total_rate;
    client.failed_auth = counts.failed_auth;
    set_process_title(cat("server ", client.relay(), " startup"));
    Connection stream(std::make_unique<SocketStream>(std::move(connection)), kLineBuffer);
    ServerSession dialogue(setup_.services, stream, std::move(client), *sockets_[index].spec);
    const Exit done = dialogue.run();
    return dialogue.failed_auth() ? kFailedAuth : done;
}

void Daemon::start_session(std::size_t index, UniqueFd connection, const SocketAddress& peer) {
    const std::string who = peer.octets();
    const ClientCounts counts = children_.arrived(who, setup_.services.clock.now());
    const int raw = connection.get();
    if (setup_.before_session) setup_.before_session();
    auto pid = spawn([this, index, raw, &counts] { return session(index, UniqueFd(raw), counts); });
    if (pid.ok()) {
        children_.add(*pid, index, who);
        return;
    }
    children_.gave_up(who);
    log_message(LogPriority::kAlert, cat("cannot fork: ", pid.error().text));
    constexpr std::string_view kBusy = "421 4.3.2 Cannot fork; try again later\r\n";
    static_cast<void>(::send(raw, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

void Daemon::accept_from(std::size_t index) {
    for (int round = 0; round < kAcceptsPerRound; ++round) {
        const std::int64_t rate = config_.options.connection_rate_throttle;
        if (rate > 0 && children_.arrivals_in(setup_.services.clock.now()) >= rate) {
            throttled_ = true;
            return;
        }
        ListeningSocket& socket = sockets_[index];
        if (!socket.fd.valid()) return;
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        // sockaddr is the type that accept(2) fills for every family.
        auto* raw = reinterpret_cast<sockaddr*>(&storage);
        UniqueFd connection(::accept4(socket.fd.get(), raw, &length, SOCK_CLOEXEC));
        if (!connection.valid()) return;
        start_session(index, std::move(connection),
                      SocketAddress::from_raw(raw, length).value_or(SocketAddress()));
        std::optional<int> load;
        if (!refusal(index, load).empty()) {
            update_sockets();
            return;
        }
    }
}

void Daemon::reap() {
    bool changed = false;
    while (const std::optional<ChildStatus> child = reap_any()) {
        const bool failed_auth = child->exit_code == static_cast<int>(kFailedAuth);
        if (children_.ended(child->pid, failed_auth, setup_.services.clock.now())) {
            changed = true;
            if (child->signal != 0) {
                log_message(LogPriority::kCritical,
                            cat("session ", child->pid, " ended by signal ", child->signal));
            }
        } else if (child->pid == manager_) {
            manager_ = 0;
        } else if (child->pid == config_trial_) {
            config_trial_ = 0;
            if (child->exit_code == 0 && child->signal == 0) {
                restart();
            } else {
                log_message(LogPriority::kError,
                            "restart: the configuration has errors; the old one stays in use");
            }
        }
    }
    if (changed && !refusing_.empty()) update_sockets();
}

Exit Daemon::manager() {
    reset_signals();
    for (ListeningSocket& socket : sockets_) socket.fd.reset();
    if (setup_.session_user) {
        if (const Status done = become_session_user(*setup_.session_user); !done.ok()) {
            log_message(LogPriority::kAlert, cat("queue manager: ", done.error().text));
            return done.error().code;
        }
    }
    set_process_title("queue manager");
    return setup_.manager_body();
}

void Daemon::keep_manager() {
    if (!setup_.manager_body || manager_ != 0) return;
    const std::int64_t now = setup_.services.clock.now();
    if (now == manager_started_) return;  // at most one a second
    manager_started_ = now;
    auto started = spawn([this] { return manager(); });
    if (started.ok()) {
        manager_ = *started;
        if (setup_.manager_started) setup_.manager_started();
    } else {
        log_message(LogPriority::kAlert, cat("queue manager: ", started.error().text));
    }
}

// Becomes the program anew; the sockets stay open, connections that arrive meanwhile wait.
void Daemon::restart() {
    log_at(9, LogPriority::kInfo, cat("restarting ", setup_.program, " due to signal"));
    const std::string exported = export_listeners(sockets_);
    ::setenv(kListenersVariable, exported.c_str(), 1);
    std::vector<std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
    // The manager starts nothing new and leaves when its workers have ended.
    if (manager_ != 0) ::kill(manager_, SIGTERM);
    const Error error = exec_self(setup_.program, setup_.argv, environment);
    ::unsetenv(kListenersVariable);
    log_message(LogPriority::kAlert, cat("could not exec ", setup_.program, ": ", error.text));
    manager_ = 0;
}

Exit Daemon::run() {
    ignore_sigpipe();
    if (const Status watched = SignalSet::watch({SIGCHLD, SIGTERM, SIGINT, SIGHUP});
        !watched.ok()) {
        return watched.error().code;
    }
    ScopedPath pid_file;
    const std::string pid_path = expand_macros(config_.options.pid_file, config_.macros);
    if (!pid_path.empty()) {
        auto written = write_pid_file(pid_path, setup_.argv);
        if (written.ok()) {
            pid_file = std::move(written).value();
        } else {
            log_message(LogPriority::kError,
                        cat("unable to write pid file: ", written.error().text));
        }
    }
    log_start();
    keep_manager();
    if (setup_.ready) setup_.ready();
    notify_supervisor("READY=1");
    while (true) {
        update_sockets();
        std::vector<pollfd> wait = {{SignalSet::wake_fd(), POLLIN, 0}};
        std::vector<std::size_t> which;
        for (std::size_t i = 0; i < sockets_.size() && !throttled_; ++i) {
            if (!sockets_[i].fd.valid()) continue;
            wait.push_back({sockets_[i].fd.get(), POLLIN, 0});
            which.push_back(i);
        }
        const bool impatient =
            throttled_ || !refusing_.empty() || (setup_.manager_body && manager_ == 0);
        throttled_ = false;
        static_cast<void>(::poll(wait.data(), wait.size(), impatient ? 1000 : -1));
        if ((wait[0].revents & POLLIN) != 0) SignalSet::drain();
        if (SignalSet::take(SIGTERM) || SignalSet::take(SIGINT)) break;
        if (SignalSet::take(SIGHUP) && config_trial_ == 0 && setup_.try_config) {
            auto trial = spawn([this] {
                reset_signals();
                return setup_.try_config() ? Exit::kOk : Exit::kConfig;
            });
            if (trial.ok()) config_trial_ = *trial;
        }
        if (SignalSet::take(SIGCHLD)) reap();
        keep_manager();
        const auto is_ready = [](const pollfd& one) { return (one.revents & POLLIN) != 0; };
        if (std::any_of(wait.begin() + 1, wait.end(), is_ready)) delay_for_load();
        for (std::size_t i = 0; i < which.size(); ++i) {
            if ((wait[i + 1].revents & POLLIN) != 0) accept_from(which[i]);
        }
    }
    log_at(10, LogPriority::kInfo, "NOQUEUE: stopping daemon, reason=signal");
    if (manager_ != 0) ::kill(manager_, SIGTERM);
    return Exit::kOk;
}

}  // namespace sm
