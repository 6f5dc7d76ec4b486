// QueueStore: the jobs of one queue group's directories on disk. The disk is the truth; see
// ../doc/design/queue.md for the legal states of a job and who may make each transition.
//
// Commit (DESIGN section 5): df written; qf written under its tf name, flocked, linked to its
// final name; df, qf and the directory flushed. A job ends by losing its qf first, its df after.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/queue/queue_files.h"

namespace sm {

// A queue entry whose lock this object holds. Destroying it gives the lock back and changes
// nothing on disk. Not used across a fork.
class Job {
  public:
    Job(Job&&) noexcept;
    Job& operator=(Job&&) noexcept;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job();

    Envelope envelope;
    // Writes the envelope as it stands: new tf, locked, flushed, renamed over qf. The lock moves
    // to the new file. Also moves between qf and hf (quarantine).
    [[nodiscard]] Status rewrite();
    // The job is finished: qf removed, then df. The directory is not flushed: a job seen again
    // after a crash was delivered already only if the crash fell into that window.
    [[nodiscard]] Status remove();
    // Renames the control file to Qf: never delivered again, kept for the administrator.
    [[nodiscard]] Status mark_lost();
    [[nodiscard]] const std::string& directory() const;

  private:
    friend class QueueStore;
    struct Impl;
    explicit Job(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

enum class JobKind { kNormal, kQuarantined, kLost };

// What a scan tells of one control file, from its first lines, without its lock.
struct JobSummary {
    QueueId id;
    std::string directory;
    JobKind kind = JobKind::kNormal;
    std::int64_t created = 0;
    std::int64_t last_attempt = 0;
    int attempts = 0;
    std::int64_t priority = 0;
    std::int64_t modified = 0;  // mtime of qf
    std::string first_host;     // of the first recipient, lower case; for sort order and limits
    std::string sender;
    std::vector<std::string> recipients;
    std::string quarantine_reason;
    std::int64_t body_size = 0;
    std::string status_text;
    int message_class = 0;
    std::string body_type;
    bool locked = false;
    bool readable = true;  // false: empty, cut, or unreadable control file
};

class QueueStore {
  public:
    // All outlive the store. files: how names in the queue directories are made and removed (the
    // caller's own rights, or the broker's).
    QueueStore(const Config& config, const Clock& clock,
               QueueFiles& files = direct_queue_files());
    ~QueueStore();

    // Gives the envelope an id and an open, empty body file (O_EXCL) in one of the directories
    // of its queue group. An id that is set already (a session makes one for its log lines) is
    // kept unless a file of that name exists. Until commit the job is invisible; abandon() or a crash leaves at most
    // a df. Error kTempFail/kOsErr: no space, no directory, ...
    [[nodiscard]] Status begin(Envelope& envelope);

    // Makes the job durable: after ok() the message survives a crash. `flush` false: SuperSafe
    // off or interactive. The job is returned locked, so that the maker may deliver at once, or
    // drop the object to leave it to the manager.
    [[nodiscard]] Result<Job> commit(Envelope&& envelope, bool flush = true);

    // Removes what begin() made.
    void abandon(Envelope& envelope);

    // Opens and locks a job. nullopt: gone, locked by somebody else, or not deliverable (empty,
    // cut or df-less: logged, see the design note).
    [[nodiscard]] Result<std::optional<Job>> open_job(const QueueId& id, std::string_view directory,
                                                      JobKind kind = JobKind::kNormal);

    // Every control file of that kind in the group's directories ("" = all groups).
    [[nodiscard]] Result<std::vector<JobSummary>> scan(std::string_view group,
                                                       JobKind kind = JobKind::kNormal);

  private:
    const Config* config_;
    const Clock* clock_;
    QueueFiles* files_;
    int sequence_ = 0;
};

}  // namespace sm
