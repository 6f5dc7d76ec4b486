// Mailbox: one mbox file, appended to safely.
//
// Writers agree by three locks, taken in this order: FILE.lock beside the mailbox (where the
// directory can be written), fcntl(2) and flock(2) on the file. A message is whole or not there:
// on any failure the file is cut back to its old length before the locks go; success is told only
// after fsync(2) and close(2).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// Who owns the mailbox, and where it is.
struct MailboxOwner {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string path;
};

struct MailboxOptions {
    std::string spool = "/var/mail";  // -p
    std::string home_file;            // -h: this file in the user's home directory instead
    bool check_user = true;           // -n: false, names need no account (owner: the caller)
    int hash_levels = 0;              // -H: sub-directories named after the first letters
    std::chrono::seconds lock_wait{60};
};

// Finds the account and the mailbox of a user. Error: kNoUser no such account; kTempFail the
// account database could not be asked; kDataErr a name that is no file name.
[[nodiscard]] Result<MailboxOwner> find_mailbox(const std::string& user,
                                                const MailboxOptions& options);

// Appends the message in `message_fd` (from its first octet; already in mbox form, see
// message_copy.h). Error: kTempFail for everything but a mailbox that is not a plain file of its
// owner with one link (kCantCreate).
[[nodiscard]] Status append_to_mailbox(const MailboxOwner& owner, int message_fd,
                                       const MailboxOptions& options);

}  // namespace sm
