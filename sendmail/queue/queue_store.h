// QueueStore: the jobs of one queue group's directories on disk. The disk is the truth; see
// ../doc/design/queue.md for the legal states of a job and who may make each transition.
//
// Commit (DESIGN section 5): df written; qf written under its tf name, flocked, linked to its
// final name; df, qf and the directory flushed. A job ends by losing its qf first, its df after.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/queue/queue_files.h"
#include "sendmail/queue/queue_layout.h"

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
    // Makes a job durable that was committed with flush = false (SuperSafe=Interactive).
    [[nodiscard]] Status flush();
    // The directory of the queue group (hints name it), without a qf/ subdirectory.
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
    struct Address {
        std::string address;
        std::string status_text;  // its own M line
        std::string controller;   // "user:uid:gid:alias", "" none
    };
    std::vector<Address> addresses;  // as recipients, for listings
    std::string quarantine_reason;
    std::int64_t body_size = 0;  // kListing only; -1: no df
    std::string status_text;
    int message_class = 0;
    std::string body_type;
    bool locked = false;  // kListing only
    bool warning_sent = false;
    bool empty = false;    // the control file has no octets
    bool readable = true;  // false: empty, cut, or unreadable control file
};

// kOrder: what ordering and selecting jobs needs. kListing: body_size and locked as well.
enum class ScanDetail { kOrder, kListing };

class QueueStore {
  public:
    // All outlive the store. files: how names in the queue directories are made and removed (the
    // caller's own rights, or the broker's).
    QueueStore(const Config& config, const Clock& clock, QueueFiles& files = direct_queue_files());
    ~QueueStore();

    // Gives the envelope an id and an open, empty body file (O_EXCL) in one of the directories
    // of its queue group. An id that is set already (a session makes one for its log lines) is
    // kept unless a file of that name exists. Until commit the job is invisible; abandon() or a
    // crash leaves at most a df. Error kTempFail/kOsErr: no space, no directory, ...
    [[nodiscard]] Status begin(Envelope& envelope);

    // True when the file system of some directory of the group has MinFreeBlocks and `octets`
    // free. Error: the directories cannot be asked.
    [[nodiscard]] Result<bool> has_space(std::string_view group, std::int64_t octets);

    // Makes the job durable: after ok() the message survives a crash. `flush` false: SuperSafe
    // off or interactive. The job is returned locked, so that the maker may deliver at once, or
    // drop the object to leave it to the manager. After an Error nothing but the df is on disk and
    // the envelope is as it was: abandon() it. body_size is taken from the file.
    [[nodiscard]] Result<Job> commit(Envelope&& envelope, bool flush = true);

    // Removes what begin() made.
    void abandon(Envelope& envelope);

    // Opens and locks a job. nullopt: gone, locked by somebody else, or not deliverable (empty,
    // cut or df-less: logged, see the design note).
    [[nodiscard]] Result<std::optional<Job>> open_job(const QueueId& id, std::string_view directory,
                                                      JobKind kind = JobKind::kNormal);

    // Every control file of that kind in the group's directories ("" = all groups), in no order.
    // A directory that cannot be read is logged and left out; Error only when none can be read.
    [[nodiscard]] Result<std::vector<JobSummary>> scan(std::string_view group,
                                                       JobKind kind = JobKind::kNormal,
                                                       ScanDetail detail = ScanDetail::kListing);

    // As scan, of one directory.
    [[nodiscard]] Result<std::vector<JobSummary>> scan_directory(const std::string& directory,
                                                                 JobKind kind, ScanDetail detail);

    // The host of the first recipient of a job, lower case; "" when there is none or the control
    // file cannot be read. Takes no lock.
    [[nodiscard]] std::string first_host(const QueueId& id, const std::string& directory);

    // All directories of the group ("" = all groups), each once.
    [[nodiscard]] std::vector<std::string> directories(std::string_view group) const;

    // The folder of the bodies of a queue directory: its df/ subdirectory or itself.
    [[nodiscard]] std::string body_directory(const std::string& directory) {
        return layout_.place(directory).body;
    }

    // Makes and keeps the next unused-looking id of this process (begin() uses it as well).
    [[nodiscard]] QueueId next_id();

  private:
    [[nodiscard]] Result<UniqueFd> create_body(const QueuePlace& place, Envelope& envelope);
    [[nodiscard]] Status name_job(Job& job, bool* named);
    [[nodiscard]] Result<std::optional<Job>> read_locked(std::unique_ptr<Job::Impl> inside,
                                                         const QueueId& id);
    [[nodiscard]] std::optional<Job> refuse(Job&& job, std::string_view why, bool at_once);
    void note_failure(const std::string& directory, const Error& error);

    const Config* config_;
    const Clock* clock_;
    QueueFiles* files_;
    QueueLayout layout_;
    std::set<std::string, std::less<>> failed_;  // directories with EIO or EROFS: not used again
    int sequence_ = 0;
};

}  // namespace sm
