// QueueFiles: the operations on names in queue directories, as an interface, so that a process
// without root's rights can work in a queue directory that root owns: then the broker does them
// (sendmail/privileged/broker_queue_files.h). Data is read and written by the caller through the
// descriptors. Names are single components of the form of a queue file ("qf" + id, "df" + id,
// ...), checked by the broker again.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

class QueueFiles {
  public:
    virtual ~QueueFiles() = default;

    // open(2) of directory/name; flags may hold O_CREAT | O_EXCL. O_CLOEXEC and O_NOFOLLOW are
    // added. Error: kOsErr with errno (ENOENT, EEXIST, ... tell the caller what happened).
    [[nodiscard]] virtual Result<UniqueFd> open(const std::string& directory,
                                                const std::string& name, int flags,
                                                mode_t mode) = 0;
    // Both names are in `directory`. link: EEXIST when `to` exists. rename: replaces `to`.
    [[nodiscard]] virtual Status link(const std::string& directory, const std::string& from,
                                      const std::string& to) = 0;
    [[nodiscard]] virtual Status rename(const std::string& directory, const std::string& from,
                                        const std::string& to) = 0;
    [[nodiscard]] virtual Status unlink(const std::string& directory, const std::string& name) = 0;
    [[nodiscard]] virtual Status sync_directory(const std::string& directory) = 0;
    // Names in the directory, "." and ".." left out, in no order.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    [[nodiscard]] virtual Result<struct stat> stat(const std::string& directory,
                                                   const std::string& name) = 0;
};

// The caller's own rights; the object lives as long as the program.
[[nodiscard]] QueueFiles& direct_queue_files();

}  // namespace sm
