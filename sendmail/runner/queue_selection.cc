#include "sendmail/runner/queue_selection.h"

#include <algorithm>
#include <array>

#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::int64_t kFirstRetrySeconds = 60;  // base of the doubling without MinQueueAge
constexpr int kMaxDoublings = 20;

bool contains(std::string_view text, std::string_view part) {
    return lower(text).find(lower(part)) != std::string::npos;
}

bool value_matches(const QueueSelection::Match& match, const JobSummary& job) {
    switch (match.what) {
        case 'I':
            return job.id.str().find(match.text) != std::string::npos;
        case 'S':
            return contains(job.sender, match.text);
        case 'Q':
            return contains(job.quarantine_reason, match.text);
        case 'R':
            return std::any_of(
                job.recipients.begin(), job.recipients.end(),
                [&match](const std::string& recipient) { return contains(recipient, match.text); });
        default:
            return false;
    }
}

}  // namespace

Status QueueSelection::add(std::string_view text) {
    Match match;
    if (!text.empty() && text[0] == '!') {
        match.negated = true;
        text.remove_prefix(1);
    }
    if (text.empty()) return make_error(Exit::kUsage, "invalid queue selection");
    match.what = text[0];
    match.text = text.substr(1);
    switch (match.what) {
        case 'L':
            kind = JobKind::kLost;
            return {};
        case 'G':
            group = match.text;
            return {};
        case 'Q':
            kind = JobKind::kQuarantined;
            if (match.text.empty()) return {};
            break;
        case 'I':
        case 'R':
        case 'S':
            break;
        default:
            return make_error(Exit::kUsage, "invalid queue selection");
    }
    matches.push_back(std::move(match));
    return {};
}

bool QueueSelection::matches_job(const JobSummary& job) const {
    for (const char what : {'I', 'R', 'S', 'Q'}) {
        bool wanted = false;
        bool found = false;
        for (const Match& match : matches) {
            if (match.what != what) continue;
            const bool hit = value_matches(match, job);
            if (match.negated && hit) return false;
            if (match.negated) continue;
            wanted = true;
            found = found || hit;
        }
        if (wanted && !found) return false;
    }
    return true;
}

QueueSelection etrn_selection(std::string_view argument) {
    QueueSelection selection;
    if (!argument.empty() && argument[0] == '#') {
        selection.group = argument.substr(1);
        return selection;
    }
    QueueSelection::Match match;
    match.what = 'R';
    if (!argument.empty() && argument[0] == '@') {
        match.text = argument.substr(1);
    } else {
        match.text = cat('@', argument);
    }
    selection.matches.push_back(std::move(match));
    return selection;
}

std::int64_t retry_time(const JobSummary& job, const Options& options) {
    if (job.attempts == 0 || job.last_attempt == 0) return 0;
    std::int64_t pause = options.min_queue_age.count();
    const std::int64_t most = options.max_queue_age.count();
    if (most > 0) {
        if (pause <= 0) pause = kFirstRetrySeconds;
        for (int i = 1; i < std::min(job.attempts, kMaxDoublings) && pause < most; ++i) pause *= 2;
        pause = std::min(pause, most);
    }
    return job.last_attempt + pause;
}

void sort_jobs(std::vector<JobSummary>& jobs, QueueSortOrder order) {
    const auto by = [&jobs](auto key) {
        std::stable_sort(
            jobs.begin(), jobs.end(),
            [&key](const JobSummary& a, const JobSummary& b) { return key(a) < key(b); });
    };
    switch (order) {
        case QueueSortOrder::kPriority:
            by([](const JobSummary& job) { return std::pair(job.priority, job.created); });
            break;
        case QueueSortOrder::kHost:
            by([](const JobSummary& job) { return std::tuple(job.first_host, job.priority); });
            break;
        case QueueSortOrder::kFilename:
            by([](const JobSummary& job) { return std::string_view(job.id.str()); });
            break;
        case QueueSortOrder::kTime:
            by([](const JobSummary& job) { return job.created; });
            break;
        case QueueSortOrder::kModification:
            by([](const JobSummary& job) { return job.modified; });
            break;
        case QueueSortOrder::kRandom:
            for (std::size_t i = jobs.size(); i > 1; --i) {
                std::swap(jobs[i - 1], jobs[random_number() % i]);
            }
            break;
        case QueueSortOrder::kNone:
            break;
    }
}

std::vector<JobSummary> plan_run(std::vector<JobSummary> jobs, const QueueSelection& selection,
                                 const Options& options, std::int64_t now, std::size_t limit) {
    std::erase_if(jobs, [&](const JobSummary& job) {
        if (!selection.matches_job(job)) return true;
        return !selection.is_subset() && retry_time(job, options) > now;
    });
    // The first N in the order of the directory, as the reference does: sorting comes after.
    if (limit > 0 && jobs.size() > limit) jobs.resize(limit);
    sort_jobs(jobs, options.queue_sort_order);
    return jobs;
}

}  // namespace sm
