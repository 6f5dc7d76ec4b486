// Which jobs a queue run is about: -qI -qR -qS -qQ -qL -qG, with "!", ETRN, and retry times.
// Source: operations guide 3.3, MinQueueAge, MaxQueueAge.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/options.h"
#include "libsm/result.h"
#include "sendmail/queue/queue_store.h"

namespace sm {

struct QueueSelection {
    // One -q[!]I|R|S|Q. Several of the same letter are alternatives (with "!": none may match).
    struct Match {
        char what = 'I';  // I id, R recipient, S sender, Q quarantine reason
        bool negated = false;
        std::string text;  // a part of the value, without regard to case; I: as it is
    };
    JobKind kind = JobKind::kNormal;
    std::string group;  // -qG; "": all
    std::vector<Match> matches;

    // Adds the text behind -q when it is not a time: "Iabc", "!Rhost", "Gname", "L", "Q",
    // "Qreason", "f" and "p" are not handled here. Error kUsage: not a selection.
    [[nodiscard]] Status add(std::string_view text);

    // True when a subset was asked for: then retry times are ignored and F=% mailers are tried.
    [[nodiscard]] bool is_subset() const { return !matches.empty(); }
    [[nodiscard]] bool matches_job(const JobSummary& job) const;
};

// The selection of "ETRN argument": "@domain" the domain and its subdomains, "domain" that host,
// "#group" a queue group.
[[nodiscard]] QueueSelection etrn_selection(std::string_view argument);

// Seconds since the epoch from which the job may be tried again by an ordinary queue run:
// MinQueueAge after the last attempt, doubled by each attempt up to MaxQueueAge if that is set.
[[nodiscard]] std::int64_t retry_time(const JobSummary& job, const Options& options);

// Sorts by QueueSortOrder; the order of equals is that of `jobs`.
void sort_jobs(std::vector<JobSummary>& jobs, QueueSortOrder order);

// Selects, drops what is not due, sorts, and cuts to `limit` jobs (0: none; MaxQueueRunSize or J=).
[[nodiscard]] std::vector<JobSummary> plan_run(std::vector<JobSummary> jobs,
                                               const QueueSelection& selection,
                                               const Options& options, std::int64_t now,
                                               std::size_t limit);

}  // namespace sm
