// The inside of Job, shared by queue_store.cc and job.cc only.
#pragma once

#include <string>

#include "libsm/unique_fd.h"
#include "sendmail/queue/queue_store.h"

namespace sm {

struct Job::Impl {
    const Config* config = nullptr;
    const Clock* clock = nullptr;
    QueueFiles* files = nullptr;
    QueuePlace place;
    std::string body_directory;  // folder of the df
    std::string prefix = "qf";   // of the control file as it is on disk now
    UniqueFd control;            // holds the lock
    bool body_flushed = true;    // false: committed without flush
    bool gone = false;           // removed or lost: nothing may be written any more

    [[nodiscard]] std::string control_name(const QueueId& id) const {
        return queue_file_name(prefix, id);
    }
};

// First letters of the control file of such a job.
[[nodiscard]] std::string_view prefix_of(JobKind kind);

// Writes the control file of `envelope` under its tf name, locked; the caller names it.
// Error: nothing is left behind.
[[nodiscard]] Result<UniqueFd> write_temporary(QueueFiles& files, const Config& config,
                                               const QueuePlace& place, const Envelope& envelope,
                                               const std::string& body_directory);

// The mode of new queue files: QueueFileMode, or group access with UseMSP.
[[nodiscard]] mode_t queue_file_mode(const Config& config);

// fchmod past the umask, where the mode has more than the owner's bits.
[[nodiscard]] Status apply_mode(int fd, mode_t mode);

}  // namespace sm
