// `sendmail -q` once, verbose or not, and -Q.
#include "libsm/strings.h"
#include "sendmail/envelope/load_limits.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/runner/manager.h"

namespace sm {
namespace {

// One job after another in this process, with the reports they cause at the end.
Exit run_verbosely(const DeliveryEnvironment& environment, const QueueRunOptions& options) {
    const int load = load_average();
    if (run_waits_for_load(environment.config.options, load)) {
        if (options.say) options.say("Skipping queue run -- load average too high");
        log_queue_run_skipped();
        return Exit::kOk;
    }
    QueueStore store(environment.config, environment.clock, environment.files);
    auto jobs = store.scan(options.selection.group, options.selection.kind, ScanDetail::kOrder);
    if (!jobs.ok()) return jobs.error().code;
    const std::int64_t limit = environment.config.options.max_queue_run_size;
    std::vector<JobSummary> plan =
        plan_run(std::move(jobs).value(), options.selection, environment.config.options,
                 environment.clock.now(), limit > 0 ? static_cast<std::size_t>(limit) : 0);
    std::erase_if(plan, [&](const JobSummary& job) {
        return waits_for_load(environment.config.options, std::nullopt, job.priority, load);
    });
    const std::shared_ptr<ConnectionCache> connections = make_connection_cache(environment.config);
    DeliveryListener listener;
    listener.progress = options.say;
    std::vector<ScheduledJob> reports;
    const auto new_job = [&reports](const QueueId& id, const std::string& directory) {
        ScheduledJob report;
        report.id = id;
        report.directory = directory;
        reports.push_back(report);
    };
    for (std::size_t i = 0; i < plan.size(); ++i) {
        ScheduledJob job;
        job.id = plan[i].id;
        job.directory = plan[i].directory;
        job.kind = plan[i].kind;
        job.options.queue_run = true;
        job.options.selected = options.selection.is_subset();
        if (options.say) {
            options.say("");
            options.say(cat("Running ", job.directory, '/', job.id.str(), " (sequence ", i + 1,
                            " of ", plan.size(), ")"));
        }
        static_cast<void>(run_job(environment, job, connections.get(), listener, new_job));
    }
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const ScheduledJob report = reports[i];
        static_cast<void>(run_job(environment, report, connections.get(), listener, new_job));
    }
    return Exit::kOk;
}

}  // namespace

Exit run_queue_once(const DeliveryEnvironment& environment, const QueueRunOptions& options) {
    if (options.verbose) return run_verbosely(environment, options);
    ManagerOptions manager_options;
    manager_options.selection = options.selection;
    Manager manager(environment, manager_options, UniqueFd());
    return manager.run_once();
}

Result<int> quarantine_jobs(const DeliveryEnvironment& environment, const QueueSelection& selection,
                            const std::string& reason) {
    QueueStore store(environment.config, environment.clock, environment.files);
    SM_TRY(const std::vector<JobSummary> jobs,
           store.scan(selection.group, selection.kind, ScanDetail::kOrder));
    int changed = 0;
    for (const JobSummary& summary : jobs) {
        if (!selection.matches_job(summary)) continue;
        SM_TRY(auto job, store.open_job(summary.id, summary.directory, selection.kind));
        if (!job) continue;
        job->envelope.quarantine_reason = reason;
        SM_CHECK_OK(job->rewrite());
        ++changed;
    }
    return changed;
}

}  // namespace sm
