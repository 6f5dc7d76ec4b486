#include "sendmail/runner/manager.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "libsm/log.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/runner/hint_channel.h"
#include "sendmail/runner/inherited_sockets.h"

namespace sm {
namespace {

constexpr std::size_t kDefaultWorkers = 64;
constexpr std::size_t kPerDestination = 20;
constexpr std::chrono::seconds kIdleTime{30};
constexpr std::chrono::seconds kGraceTime{60};
constexpr int kReceiveBatch = 32;

std::size_t worker_limit(const Options& options) {
    if (options.max_queue_children > 0) return static_cast<std::size_t>(options.max_queue_children);
    return kDefaultWorkers;
}

// A group whose jobs no scan runs: R=0.
bool is_run(const QueueGroupSpec& group) {
    return group.runners != 0;
}

std::size_t run_limit(const QueueGroupSpec& group, const Options& options) {
    if (group.jobs > 0) return static_cast<std::size_t>(group.jobs);
    return options.max_queue_run_size > 0 ? static_cast<std::size_t>(options.max_queue_run_size)
                                          : 0;
}

Exit real_worker(const DeliveryEnvironment& environment, int socket) {
    return serve_jobs(environment, socket);
}

}  // namespace

Manager::Manager(const DeliveryEnvironment& environment, ManagerOptions options, UniqueFd hints)
    : environment_(environment),
      config_(environment.config),
      options_(std::move(options)),
      hints_(std::move(hints)),
      store_(environment.config, environment.clock, environment.files),
      schedule_(kPerDestination),
      max_workers_(worker_limit(environment.config.options)) {
    for (const QueueGroupSpec& group : config_.queue_groups) {
        const std::int64_t runners =
            group.runners >= 0 ? group.runners : config_.options.max_runners_per_queue;
        // One runner is the default of the option, not a wish: the destinations limit instead.
        if (runners > 1) schedule_.set_group_limit(group.name, static_cast<std::size_t>(runners));
    }
    if (!options_.worker_body) {
        options_.worker_body = [this](int socket) { return real_worker(environment_, socket); };
    }
}

Manager::~Manager() = default;

void Manager::scan(const QueueSelection& selection) {
    const int load = load_average();
    if (run_waits_for_load(config_.options, load)) {
        log_queue_run_skipped();
        return;
    }
    for (const QueueGroupSpec& group : config_.queue_groups) {
        const bool named = selection.group == group.name;
        if (!selection.group.empty() && !named) continue;
        if (!named && !is_run(group)) continue;
        auto jobs = store_.scan(group.name, selection.kind, ScanDetail::kOrder);
        if (!jobs.ok()) continue;  // logged by the scan
        const std::vector<JobSummary> plan =
            plan_run(std::move(jobs).value(), selection, config_.options, environment_.clock.now(),
                     run_limit(group, config_.options));
        for (const JobSummary& job : plan) {
            if (waits_for_load(config_.options, std::nullopt, job.priority, load)) continue;
            ScheduledJob next;
            next.id = job.id;
            next.directory = job.directory;
            next.kind = job.kind;
            next.destination = job.first_host;
            next.group = group.name;
            next.options.queue_run = true;
            next.options.selected = selection.is_subset();
            schedule_.add(std::move(next), false);
        }
    }
    run_in_progress_ = true;
}

void Manager::scan_due() {
    if (!next_scan_.is_never() && next_scan_.passed()) {
        scan(options_.selection);
        next_scan_ = options_.persistent || !options_.interval ? Deadline::never()
                                                               : Deadline::in(*options_.interval);
    }
    if (run_in_progress_ && !busy()) {
        run_in_progress_ = false;
        if (options_.persistent && options_.interval) next_scan_ = Deadline::in(*options_.interval);
    }
}

bool Manager::busy() const {
    return schedule_.waiting() > 0 || schedule_.in_progress() > 0;
}

// An idle worker, best one that knows the destination (its connection is open), then the one used
// last; a new process while there may be more; else none.
Manager::WorkerSlot* Manager::free_worker(const ScheduledJob& job) {
    WorkerSlot* idle = nullptr;
    for (WorkerSlot& worker : workers_) {
        if (worker.job || !worker.socket.valid()) continue;
        if (!job.destination.empty() && worker.last_destination == job.destination) return &worker;
        if (idle == nullptr) idle = &worker;
    }
    if (idle != nullptr) return idle;
    if (workers_.size() >= max_workers_) return nullptr;
    return start_worker();
}

Manager::WorkerSlot* Manager::start_worker() {
    auto pair = make_socket_pair(true);
    if (!pair.ok()) return nullptr;
    UniqueFd& theirs = pair.value().second;
    const auto started = spawn([this, &pair, &theirs] {
        // Nothing of the manager's may stay open here: its death must be seen by every worker.
        hints_.reset();
        clients_.clear();
        workers_.clear();
        pair.value().first.reset();
        reset_signals();
        return options_.worker_body(theirs.get());
    });
    if (!started.ok()) {
        log_message(LogPriority::kError, cat("queue worker: ", started.error().text));
        return nullptr;
    }
    workers_.push_front(WorkerSlot{});
    WorkerSlot& slot = workers_.front();
    slot.pid = started.value();
    slot.socket = std::move(pair.value().first);
    return &slot;
}

void Manager::dispatch() {
    if (stopping_) return;
    for (;;) {
        std::size_t running = 0;
        for (const WorkerSlot& worker : workers_) running += worker.job ? 1U : 0U;
        if (running >= max_workers_) return;
        auto job = schedule_.next();
        if (!job) return;
        WorkerSlot* worker = free_worker(*job);
        const std::string packet = encode_job(*job);
        if (worker == nullptr ||
            ::send(worker->socket.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
            // No process now: the job waits for the next one that ends.
            if (worker != nullptr) worker->socket.reset();
            schedule_.finished(*job);
            schedule_.add(std::move(*job), true);
            return;
        }
        worker->last_destination = job->destination;
        worker->job = std::move(job);
        worker->retire = Deadline::never();
    }
}

void Manager::finish(WorkerSlot& worker) {
    if (!worker.job) return;
    schedule_.finished(*worker.job);
    worker.job.reset();
    worker.retire = Deadline::in(kIdleTime);
}

void Manager::add_hint(const QueueId& id, const std::string& directory) {
    ScheduledJob job;
    job.id = id;
    job.directory = directory;
    job.destination = store_.first_host(id, directory);
    for (const QueueGroupSpec& group : config_.queue_groups) {
        const auto& all = group.directories;
        if (std::find(all.begin(), all.end(), directory) != all.end()) job.group = group.name;
    }
    if (job.group.empty()) return;
    schedule_.add(std::move(job), true);
}

bool Manager::handle_request(std::string_view packet) {
    const auto request = decode_request(packet);
    if (!request) return false;
    if (stopping_) return false;
    if (request->kind == ManagerRequest::Kind::kRun) {
        scan(etrn_selection(request->etrn));
    } else {
        add_hint(request->id, request->directory);
    }
    return true;
}

void Manager::serve_client(Client& client) {
    std::array<char, kMaxRequest> packet{};
    for (int i = 0; i < kReceiveBatch; ++i) {
        const ssize_t count =
            ::recv(client.socket.get(), packet.data(), packet.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0 || !handle_request({packet.data(), static_cast<std::size_t>(count)})) {
            client.gone = true;
            return;
        }
        if (::send(client.socket.get(), &kAcknowledged, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            client.gone = true;
            return;
        }
    }
}

void Manager::serve_worker(WorkerSlot& worker) {
    std::array<char, kMaxRequest> packet{};
    for (;;) {
        const ssize_t count =
            ::recv(worker.socket.get(), packet.data(), packet.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) {
            worker.socket.reset();
            finish(worker);
            return;
        }
        if (count == 1) {
            finish(worker);
            if (config_.options.fork_each_job) worker.socket.reset();
            return;
        }
        static_cast<void>(handle_request({packet.data(), static_cast<std::size_t>(count)}));
    }
}

void Manager::accept_clients() {
    for (int i = 0; i < kReceiveBatch; ++i) {
        auto arrived = accept_introduction(hints_.get());
        if (!arrived.ok()) {
            // The daemon and all its sessions are gone.
            hints_.reset();
            stopping_ = true;
            return;
        }
        if (!arrived.value()) return;
        clients_.push_back(Client{std::move(*arrived.value()), false});
    }
}

void Manager::reap() {
    while (const auto ended = reap_any()) {
        const auto slot = std::find_if(workers_.begin(), workers_.end(),
                                       [&](const WorkerSlot& w) { return w.pid == ended->pid; });
        if (slot == workers_.end()) continue;
        if (ended->signal != 0) {
            log_message(LogPriority::kCritical,
                        cat("queue worker ", ended->pid, " ended by signal ", ended->signal,
                            slot->job ? cat(" with job ", slot->job->id.str()) : ""));
        }
        finish(*slot);
        workers_.erase(slot);
    }
}

void Manager::retire_idle() {
    for (WorkerSlot& worker : workers_) {
        // End of file is the sign to leave.
        if (!worker.job && worker.retire.passed()) worker.socket.reset();
    }
    std::erase_if(clients_, [](const Client& client) { return client.gone; });
}

Deadline Manager::next_event() const {
    Deadline next = next_scan_;
    for (const WorkerSlot& worker : workers_) {
        if (!worker.job && worker.socket.valid()) next = next.sooner(worker.retire);
    }
    return next;
}

void Manager::wait_for_events() {
    std::vector<pollfd> entries;
    entries.push_back({SignalSet::wake_fd(), POLLIN, 0});
    entries.push_back({hints_.get(), POLLIN, 0});
    std::vector<WorkerSlot*> workers;
    std::vector<Client*> clients;
    for (WorkerSlot& worker : workers_) {
        if (!worker.socket.valid()) continue;
        entries.push_back({worker.socket.get(), POLLIN, 0});
        workers.push_back(&worker);
    }
    for (Client& client : clients_) {
        entries.push_back({client.socket.get(), POLLIN, 0});
        clients.push_back(&client);
    }
    if (::poll(entries.data(), entries.size(), next_event().poll_timeout()) < 0) return;
    SignalSet::drain();
    if (SignalSet::take(SIGTERM) || SignalSet::take(SIGHUP)) stopping_ = true;
    std::size_t at = 2;
    for (WorkerSlot* worker : workers) {
        if (entries[at++].revents != 0) serve_worker(*worker);
    }
    for (Client* client : clients) {
        if (entries[at++].revents != 0) serve_client(*client);
    }
    if (hints_.valid() && entries[1].revents != 0) accept_clients();
    reap();
    retire_idle();
}

// Starts nothing new; waits for the jobs in progress.
void Manager::drain() {
    stopping_ = true;
    hints_.reset();
    clients_.clear();
    schedule_.clear_waiting();
    next_scan_ = Deadline::never();
    const Deadline grace = Deadline::in(kGraceTime);
    while (!workers_.empty() && !grace.passed()) {
        for (WorkerSlot& worker : workers_) {
            if (!worker.job) worker.socket.reset();
        }
        next_scan_ = Deadline::in(std::chrono::milliseconds(200));
        wait_for_events();
    }
}

Exit Manager::run() {
    if (!SignalSet::watch({SIGTERM, SIGHUP, SIGCHLD}).ok()) return Exit::kOsErr;
    set_process_title(options_.interval
                          ? cat("queue manager: runs every ", options_.interval->count(), " s")
                          : std::string("queue manager"));
    if (options_.interval || options_.scan_at_start) {
        next_scan_ = Deadline::in(std::chrono::milliseconds(0));
    }
    while (!stopping_) {
        scan_due();
        dispatch();
        wait_for_events();
    }
    drain();
    return Exit::kOk;
}

Exit Manager::run_once() {
    if (!SignalSet::watch({SIGTERM, SIGHUP, SIGCHLD}).ok()) return Exit::kOsErr;
    scan(options_.selection);
    while (!stopping_ && busy()) {
        dispatch();
        if (busy()) wait_for_events();
    }
    drain();
    return Exit::kOk;
}

Exit run_manager(const DeliveryEnvironment& environment, const ManagerOptions& options,
                 UniqueFd hints) {
    // The ports of the daemon must not stay open because of us.
    close_network_sockets();
    Manager manager(environment, options, std::move(hints));
    return manager.run();
}

}  // namespace sm
