// Manager: the process that decides which job is tried when. It is told of every committed job,
// scans the queue every interval, orders the jobs, and hands them to worker processes. It holds no
// message text and speaks to no network. DESIGN section 3.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsm/unique_fd.h"
#include "sendmail/queue/queue_store.h"
#include "sendmail/runner/delivery_environment.h"
#include "sendmail/runner/job_schedule.h"
#include "sendmail/runner/queue_selection.h"
#include "sendmail/runner/worker_process.h"

namespace sm {

struct ManagerOptions {
    // Between scans; absent: never scans by itself (-bd without -q).
    std::optional<std::chrono::seconds> interval{};
    // -qp: the interval counts from the end of a run.
    bool persistent = false;
    // What the scans are about.
    QueueSelection selection{};
    // Scans once at the start even without an interval (a restarted manager).
    bool scan_at_start = false;
    // The body of a worker process; tests bring their own. Empty: serve_jobs.
    std::function<Exit(int socket)> worker_body{};
};

class Manager {
  public:
    // environment outlives the manager. hints: manager_end of the channel; -1: none.
    Manager(const DeliveryEnvironment& environment, ManagerOptions options, UniqueFd hints);
    ~Manager();

    // Serves hints and intervals until SIGTERM or the end of the daemon; then lets the workers
    // finish their jobs and leaves.
    Exit run();
    // One queue run; ends when every selected job was tried.
    Exit run_once();

  private:
    struct WorkerSlot {
        pid_t pid = 0;
        UniqueFd socket;
        std::optional<ScheduledJob> job{};  // absent: idle
        std::string last_destination;
        Deadline retire = Deadline::never();
    };
    struct Client {
        UniqueFd socket;
        bool gone = false;
    };

    void scan(const QueueSelection& selection);
    void scan_due();
    void dispatch();
    [[nodiscard]] WorkerSlot* free_worker(const ScheduledJob& job);
    [[nodiscard]] WorkerSlot* start_worker();
    void wait_for_events();
    void serve_client(Client& client);
    void serve_worker(WorkerSlot& worker);
    void accept_clients();
    bool handle_request(std::string_view packet);
    void add_hint(const QueueId& id, const std::string& directory);
    void finish(WorkerSlot& worker);
    void reap();
    void retire_idle();
    void drain();
    [[nodiscard]] bool busy() const;
    [[nodiscard]] Deadline next_event() const;

    const DeliveryEnvironment& environment_;
    const Config& config_;
    ManagerOptions options_;
    UniqueFd hints_;
    QueueStore store_;
    JobSchedule schedule_;
    std::list<WorkerSlot> workers_;
    std::list<Client> clients_;
    std::size_t max_workers_;
    Deadline next_scan_ = Deadline::never();
    bool run_in_progress_ = false;
    bool stopping_ = false;
};

// The body of the manager process of a daemon.
[[nodiscard]] Exit run_manager(const DeliveryEnvironment& environment,
                               const ManagerOptions& options, UniqueFd hints);

// `sendmail -q...` once: workers in parallel, or with a listener one job after another in this
// process ("Running /dir/ID (sequence 1 of 4)").
struct QueueRunOptions {
    QueueSelection selection{};
    bool verbose = false;
    std::function<void(std::string_view line)> say{};
};
[[nodiscard]] Exit run_queue_once(const DeliveryEnvironment& environment,
                                  const QueueRunOptions& options);

// `sendmail -Qreason -q...`: quarantines the selected jobs, or releases them with an empty reason.
// Returns how many were changed.
[[nodiscard]] Result<int> quarantine_jobs(const DeliveryEnvironment& environment,
                                          const QueueSelection& selection,
                                          const std::string& reason);

}  // namespace sm
