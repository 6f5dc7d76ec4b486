#include "sendmail/runner/worker_process.h"

#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <deque>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/runner/hint_channel.h"
#include "sendmail/runner/inherited_sockets.h"

namespace sm {
namespace {

constexpr char kSeparator = '\n';

char kind_letter(JobKind kind) {
    switch (kind) {
        case JobKind::kQuarantined:
            return 'h';
        case JobKind::kLost:
            return 'Q';
        case JobKind::kNormal:
            break;
    }
    return 'q';
}

void send_packet(int socket, std::string_view packet) {
    ssize_t sent = -1;
    do {
        sent = ::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    // A manager that is gone is noticed at the next read.
}

AttemptOutcome attempt_job(const DeliveryEnvironment& environment, QueueStore& store, Job& job,
                           const AttemptOptions& options, ConnectionCache* connections,
                           const DeliveryListener& listener,
                           const QueueSink::Committed& on_new_job) {
    QueueSink sink(environment.config, store, on_new_job);
    const auto parts =
        make_delivery_parts(environment.config, environment.clock, environment.privileged, sink,
                            connections, listener, environment.client_tls);
    Statistics statistics;
    Worker worker(environment.config, environment.clock, statistics, *parts);
    const AttemptOutcome outcome = worker.attempt(job, options);
    const Status posted = statistics.post(environment.config, environment.clock);
    if (!posted.ok() && posted.error().code == Exit::kNoPerm) {
        log_at(13, LogPriority::kNotice, cat("poststats: ", posted.error().text));
    }
    return outcome;
}

JobEnd end_of(const AttemptOutcome& outcome) {
    if (outcome.update_failed) return JobEnd::kTrouble;
    return outcome.removed ? JobEnd::kRemoved : JobEnd::kQueued;
}

}  // namespace

std::string encode_job(const ScheduledJob& job) {
    return cat(kind_letter(job.kind), job.options.queue_run ? 'r' : 'n',
               job.options.selected ? 's' : 'n', job.id.str(), kSeparator, job.directory);
}

std::optional<ScheduledJob> decode_job(std::string_view packet) {
    const std::size_t separator = packet.find(kSeparator);
    if (packet.size() < 5 || separator == std::string_view::npos || separator < 4) return {};
    ScheduledJob job;
    if (packet[0] == 'h') job.kind = JobKind::kQuarantined;
    if (packet[0] == 'Q') job.kind = JobKind::kLost;
    job.options.queue_run = packet[1] == 'r';
    job.options.selected = packet[2] == 's';
    job.id = QueueId(packet.substr(3, separator - 3));
    job.directory = packet.substr(separator + 1);
    if (!job.id.valid()) return {};
    return job;
}

JobEnd run_job(const DeliveryEnvironment& environment, const ScheduledJob& job,
               ConnectionCache* connections, const DeliveryListener& listener,
               const QueueSink::Committed& on_new_job) {
    QueueStore store(environment.config, environment.clock, environment.files);
    auto opened = store.open_job(job.id, job.directory, job.kind);
    if (!opened.ok()) {
        log_message(LogPriority::kError, cat(job.id.str(), ": cannot open: ", opened.error().text));
        return JobEnd::kTrouble;
    }
    if (!opened.value()) return JobEnd::kSkipped;
    return end_of(attempt_job(environment, store, *opened.value(), job.options, connections,
                              listener, on_new_job));
}

Exit serve_jobs(const DeliveryEnvironment& environment, int socket) {
    const std::shared_ptr<ConnectionCache> connections =
        environment.config.options.fork_each_job ? nullptr
                                                 : make_connection_cache(environment.config);
    const auto new_job = [socket](const QueueId& id, const std::string& directory) {
        ManagerRequest request;
        request.id = id;
        request.directory = directory;
        send_packet(socket, encode_request(request));
    };
    std::array<char, kMaxRequest> buffer{};
    for (;;) {
        set_process_title("queue worker: idle");
        const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) {
            if (SignalSet::arrived(SIGTERM)) return Exit::kOk;
            continue;
        }
        if (count <= 0) return Exit::kOk;
        const auto job = decode_job({buffer.data(), static_cast<std::size_t>(count)});
        JobEnd end = JobEnd::kTrouble;
        if (job) end = run_job(environment, *job, connections.get(), {}, new_job);
        send_packet(socket, std::string_view(reinterpret_cast<const char*>(&end), 1));
        if (environment.config.options.fork_each_job) return Exit::kOk;
    }
}

AttemptOutcome deliver_job_now(const DeliveryEnvironment& environment, Job&& job,
                               const DeliveryListener& listener) {
    std::deque<ScheduledJob> reports;
    const auto new_job = [&reports](const QueueId& id, const std::string& directory) {
        ScheduledJob report;
        report.id = id;
        report.directory = directory;
        reports.push_back(report);
    };
    AttemptOutcome outcome;
    {
        QueueStore store(environment.config, environment.clock, environment.files);
        Job mine = std::move(job);
        outcome = attempt_job(environment, store, mine, {}, nullptr, listener, new_job);
        if (!outcome.removed) static_cast<void>(mine.flush());
    }
    while (!reports.empty()) {
        const ScheduledJob report = reports.front();
        reports.pop_front();
        static_cast<void>(run_job(environment, report, nullptr, {}, new_job));
    }
    return outcome;
}

Result<pid_t> deliver_in_child(const DeliveryEnvironment& environment, const QueueId& id,
                               const std::string& directory) {
    return spawn([&]() -> Exit {
        leave_inherited_sockets();
        reset_signals();
        std::deque<ScheduledJob> jobs(1);
        jobs.front().id = id;
        jobs.front().directory = directory;
        const auto new_job = [&jobs](const QueueId& report, const std::string& where) {
            ScheduledJob next;
            next.id = report;
            next.directory = where;
            jobs.push_back(next);
        };
        while (!jobs.empty()) {
            const ScheduledJob job = jobs.front();
            jobs.pop_front();
            static_cast<void>(run_job(environment, job, nullptr, {}, new_job));
        }
        return Exit::kOk;
    });
}

}  // namespace sm
