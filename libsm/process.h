// Processes: the only module that calls fork, exec, wait and _exit.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// Runs `body` in a child; the parent gets the child's pid.
//
// The child leaves through _exit() with the status that `body` returns; it never returns
// into the caller's frames. An escaped exception is logged and becomes Exit::kTempFail, so a
// bug defers mail and never bounces it. The caller must reap the pid (wait_child or reap_any).
// Error: kOsErr with errno from fork(2).
[[nodiscard]] Result<pid_t> spawn(const std::function<Exit()>& body);

// Ends this process at once: no destructors, no atexit handlers; the caller has flushed its files.
[[noreturn]] void exit_now(Exit code);

// How a child ended.
struct ChildStatus {
    pid_t pid = 0;
    int exit_code = 0;  // 0..255, when signal is 0
    int signal = 0;     // the signal that ended it, or 0
};

// Waits for one child. nullopt: the deadline passed and it still runs.
[[nodiscard]] Result<std::optional<ChildStatus>> wait_child(pid_t pid, Deadline deadline);

// One ended child, without waiting; nullopt when there is none.
[[nodiscard]] std::optional<ChildStatus> reap_any();

// The identity of a program to be run. Absent members: the caller's own.
struct Credentials {
    uid_t uid = 0;
    gid_t gid = 0;
    std::optional<std::string> groups_of{};  // initgroups for this login name; else only `gid`
    std::vector<gid_t> groups{};             // of that name, when somebody has asked already
};

struct ExecSpec {
    std::string path;
    std::vector<std::string> argv;         // argv[0] included; no shell is involved
    std::vector<std::string> environment;  // "NAME=value"; nothing is inherited
    std::optional<Credentials> credentials{};
    std::vector<std::string> directories{};  // working directories to try in order; else "/"
    std::string chroot_to{};                 // chroot(2) before directories and credentials
    int nice = 0;
    int stdin_fd = -1;  // -1: /dev/null
    int stdout_fd = -1;
    int stderr_fd = -1;
};

// Starts a program: descriptors 0-2 as given, all others closed, default signal dispositions, the
// given identity checked after it was taken (a failure ends the child with kOsErr). When the
// program cannot be executed the child exits with kOsFile, or kOsErr for a temporary reason.
[[nodiscard]] Result<pid_t> exec_program(const ExecSpec& spec);

// Replaces this process by `path` (SIGHUP restart); descriptors that are not close-on-exec stay.
// Returns only on failure.
[[nodiscard]] Error exec_self(const std::string& path, const std::vector<std::string>& argv,
                              const std::vector<std::string>& environment);

// Gives up root for good: groups, gid, uid; verified, and verified that it cannot be undone.
[[nodiscard]] Status drop_privileges(uid_t uid, gid_t gid, const std::vector<gid_t>& groups);

// The title shown by ps(1): "sendmail: <text>". init_process_title must be called first, with
// main's arguments, whose memory is reused.
void init_process_title(int argc, char** argv);
void set_process_title(std::string_view text);
// "sendmail: <prefix>: <text>" in this process and its children from now on; "": none.
void set_process_title_prefix(std::string_view prefix);

// A connected pair of UNIX stream sockets, close-on-exec.
struct SocketPair {
    UniqueFd first;
    UniqueFd second;
};
[[nodiscard]] Result<SocketPair> make_socket_pair(bool sequenced_packets = false);
struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
};
[[nodiscard]] Result<Pipe> make_pipe();

// Detaches from the terminal and the caller: the parent waits until `ready` was written to, then
// exits 0 (or with the child's status if it ends first). Returns in the child, with the
// descriptor to which one octet must be written when the daemon is ready.
[[nodiscard]] Result<UniqueFd> daemonize();

}  // namespace sm
