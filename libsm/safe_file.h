// Opening files that somebody else could have made or changed: who may write in the directories
// above it, what the file is, whose it is and who may read it. Source: operations guide 4.9.
//
// The path is walked one component at a time with descriptors, and what is checked is what was
// opened: nobody can exchange a directory or the file between the check and the use.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

struct SafeFilePolicy {
    // Who beside its owner may write in a directory of the path.
    enum class Writers { kNobody, kGroup, kEverybody };
    // Where the last component may be a link.
    enum class Links { kAllowed, kInSafeDirectory, kRefused };

    Writers directories = Writers::kEverybody;  // more than this is refused
    Writers safe = Writers::kNobody;            // more than this is "an unsafe directory"
    bool trust_sticky_bit = false;              // a sticky directory counts as not writable
    Links symbolic_links = Links::kAllowed;
    Links hard_links = Links::kAllowed;
    bool group_writable = true;  // the file may be writable by its group, by everybody
    bool world_writable = true;
    bool regular_only = true;
    bool no_executables = false;  // no x bit may be set
    // The owner must be owner_uid, root or trusted_user.
    bool must_own = false;
    uid_t owner_uid = 0;
    std::optional<uid_t> trusted_user{};  // has the owner's rights to every file that is his
    // What the permission bits say to root, whom the kernel lets do everything: nothing; that the
    // owner's bits must allow it; or what they say to any other user who is no owner.
    enum class RootBits { kIgnored, kOwners, kLikeOthers };
    RootBits root_bits = RootBits::kIgnored;
};

struct SafeFile {
    UniqueFd fd;
    struct stat info {};
    // "Group writable directory" or "World writable directory" and which; empty: the path is safe.
    std::string unsafe_reason;
    std::string unsafe_directory;
};

// open(2) after these checks; O_CLOEXEC, O_NONBLOCK and O_NOCTTY are added. With O_CREAT a missing
// file is made with `mode`, in the directory that was checked, by O_EXCL.
// Error: code kNoPerm and the bare reason as text ("Group writable directory", "Symbolic links
// not allowed", "Regular files only", "Permission denied"; errno only for the last); kNoInput and
// errno for a file that does not exist; else kTempFail and errno.
[[nodiscard]] Result<SafeFile> open_safe_file(const std::string& path, int flags, mode_t mode,
                                              const SafeFilePolicy& policy);

// Whether a file could be written there: the same checks; a missing file is not made.
// Success: the existing file (fd not valid when there is none).
[[nodiscard]] Result<SafeFile> check_writable(const std::string& path,
                                              const SafeFilePolicy& policy);

// The same checks of the directories alone, as far as they exist.
// Success: the first unsafe directory, as unsafe_reason and unsafe_directory say (fd not valid).
[[nodiscard]] Result<SafeFile> check_directories(const std::string& path,
                                                 const SafeFilePolicy& policy);

}  // namespace sm
