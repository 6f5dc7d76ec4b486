#include "sendmail/main/queue_print.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "libmail/date.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kHeading =
    "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n";
constexpr std::string_view kVerboseHeading =
    "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n";

// Widths of the columns; texts are cut, not wrapped.
struct Widths {
    std::size_t sender;
    std::size_t recipient;
    std::size_t text;
};
constexpr Widths kNormal{39, 38, 60};
constexpr Widths kVerbose{78, 71, 100};
constexpr std::size_t kBodyTypeColumn = 14;

std::string right(std::string_view text, std::size_t width) {
    return text.size() >= width ? std::string(text)
                                : cat(std::string(width - text.size(), ' '), text);
}

std::string cut(std::string_view text, std::size_t width) {
    return printable(text.substr(0, width), 4 * width);
}

// One listing of one directory.
class Printer {
  public:
    Printer(const Config& config, const Clock& clock, const QueuePrintOptions& options,
            const std::function<void(std::string_view)>& write)
        : config_(config),
          clock_(clock),
          options_(options),
          write_(write),
          widths_(options.verbose ? kVerbose : kNormal) {}

    void print_job(const JobSummary& job) const;

  private:
    [[nodiscard]] char marker(const JobSummary& job) const;
    void print_status(const JobSummary& job) const;
    void print_recipients(const JobSummary& job) const;

    const Config& config_;
    const Clock& clock_;
    const QueuePrintOptions& options_;
    const std::function<void(std::string_view)>& write_;
    Widths widths_;
};

char Printer::marker(const JobSummary& job) const {
    if (job.kind == JobKind::kLost) return '?';
    if (job.locked) return '*';
    if (job.last_attempt > 0 && retry_time(job, config_.options) > clock_.now()) return '-';
    if (options_.held_by_load && options_.held_by_load(job.priority)) return 'X';
    return ' ';
}

void Printer::print_job(const JobSummary& job) const {
    std::string line = cat(job.id.str(), marker(job));
    if (job.empty) {
        write_(cat(line, " (no control file)\n"));
        return;
    }
    append(line, right(cat(job.body_size), 8), ' ');
    const std::string date = ctime_date(job.created);
    if (options_.verbose) {
        append(line, right(cat(job.priority), 10), job.warning_sent ? '+' : ' ', date.substr(4, 12),
               ' ');
    } else {
        append(line, date.substr(0, 16), ' ');
    }
    append(line, cut(job.sender, widths_.sender), '\n');
    write_(line);
    print_status(job);
    print_recipients(job);
}

void Printer::print_status(const JobSummary& job) const {
    if (!job.quarantine_reason.empty()) {
        write_(cat("     QUARANTINE: ", cut(job.quarantine_reason, widths_.text), '\n'));
    }
    if (job.body_type.empty() && job.status_text.empty()) return;
    std::string line = right(job.body_type, kBodyTypeColumn);
    if (!job.status_text.empty()) append(line, "   (", cut(job.status_text, widths_.text), ')');
    write_(line + '\n');
}

void Printer::print_recipients(const JobSummary& job) const {
    std::string controller;
    for (const JobSummary::Address& recipient : job.addresses) {
        if (!options_.verbose) {
            write_(cat("\t\t\t\t\t ", cut(recipient.address, widths_.recipient), '\n'));
            continue;
        }
        if (recipient.controller != controller) {
            controller = recipient.controller;
            write_(cat("\t\t\t\t\t\t(---", cut(controller, widths_.recipient), "---)\n"));
        }
        write_(cat("\t\t\t\t\t\t", cut(recipient.address, widths_.recipient), '\n'));
        if (!recipient.status_text.empty()) {
            write_(cat("\t\t (", cut(recipient.status_text, widths_.text), ")\n"));
        }
    }
}

// The jobs to be shown, in order; *total counts the selected ones.
std::vector<JobSummary> jobs_of(std::vector<JobSummary> jobs, const Options& options,
                                const QueueSelection& selection, std::size_t* total) {
    std::erase_if(jobs, [&](const JobSummary& job) { return !selection.matches_job(job); });
    *total = jobs.size();
    const std::int64_t limit = options.max_queue_run_size;
    if (limit > 0 && jobs.size() > static_cast<std::size_t>(limit)) {
        jobs.resize(static_cast<std::size_t>(limit));
    }
    std::sort(jobs.begin(), jobs.end(),
              [](const JobSummary& a, const JobSummary& b) { return a.id.str() < b.id.str(); });
    sort_jobs(jobs, options.queue_sort_order);
    return jobs;
}

std::string heading(const std::string& directory, std::size_t total, std::size_t shown,
                    bool verbose) {
    std::string out = cat("\t\t", directory, " (", total, total == 1 ? " request" : " requests");
    if (shown < total) append(out, ", only ", shown, " printed");
    append(out, ")\n", verbose ? kVerboseHeading : kHeading);
    return out;
}

bool known_group(const Config& config, const std::string& name) {
    return std::any_of(config.queue_groups.begin(), config.queue_groups.end(),
                       [&name](const QueueGroupSpec& group) { return group.name == name; });
}

}  // namespace

Exit print_queue(const Config& config, QueueStore& store, const Clock& clock,
                 const QueuePrintOptions& options,
                 const std::function<void(std::string_view)>& write) {
    const QueueSelection& selection = options.selection;
    if (!selection.group.empty() && !known_group(config, selection.group)) {
        write(cat("Queue group ", selection.group, " unknown\n"));
        return Exit::kOk;
    }
    const Printer printer(config, clock, options, write);
    std::size_t all = 0;
    for (const std::string& directory : store.directories(selection.group)) {
        auto scanned = store.scan_directory(directory, selection.kind, ScanDetail::kListing);
        if (!scanned.ok()) {
            write(cat("can not chdir(", directory, "/): ", std::strerror(scanned.error().sys_errno),
                      '\n'));
            return Exit::kConfig;
        }
        std::size_t total = 0;
        const std::vector<JobSummary> jobs =
            jobs_of(std::move(scanned).value(), config.options, selection, &total);
        all += total;
        const std::string shown = store.body_directory(directory);
        if (total == 0) {
            write(cat(shown, " is empty\n"));
            continue;
        }
        write(heading(shown, total, jobs.size(), options.verbose));
        for (const JobSummary& job : jobs) printer.print_job(job);
    }
    write(cat("\t\tTotal requests: ", all, '\n'));
    return Exit::kOk;
}

Status may_print_queue(const Config& config, QueueStore& store) {
    if (!config.options.privacy.has(Privacy::kRestrictMailq) || ::getuid() == 0) return {};
    const auto& trusted = config.options.trusted_user_ids;
    if (trusted && trusted->uid == ::getuid()) return {};
    std::vector<gid_t> groups(64);
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    groups.push_back(::getgid());
    for (const std::string& directory : store.directories("")) {
        struct stat info {};
        if (::stat(directory.c_str(), &info) == 0 &&
            std::find(groups.begin(), groups.end(), info.st_gid) != groups.end()) {
            return {};
        }
    }
    return make_error(Exit::kNoPerm, "You are not permitted to see the queue");
}

}  // namespace sm
