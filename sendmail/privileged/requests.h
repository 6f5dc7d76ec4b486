// The language between the broker and the processes without rights: one fixed-size record per
// request and per reply over a SOCK_SEQPACKET socket, descriptors beside it (SCM_RIGHTS).
// Things are named by number: directory n of the queue, mailer n, filter n. Texts (a queue file's
// name, a .forward path, a mailer's arguments) follow the record and are checked by the broker.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

enum class BrokerOp : std::uint32_t {
    kHello,      // a new channel comes with it (on the doorbell only)
    kQueueOpen,  // number: directory; flags, mode; text: name. -> descriptor
    kQueueLink,  // text: from NUL to
    kQueueRename,
    kQueueUnlink,
    kQueueStat,       // -> a path descriptor
    kQueueDirectory,  // -> descriptor of the directory, for listing and flushing
    kStartMailer,     // number: mailer; uid, gid; text: login NUL home NUL arguments...
    kWaitMailer,      // number: pid. Answered when it has ended
    // number: kind; uid, gid; text: login NUL path -> descriptor; number: 1 unsafe directory
    kOpenUserFile,
    kOpenDeliveryFile,  // uid, gid; text: login NUL path
    kConnectFilter,     // number: filter
    // number: map, in order of declaration; flags: which of its files. Or kAuthInfoFile: the file
    // of DefaultAuthInfo; or kClientKeyFile, flags: which of client_key_files(); or
    // kFileBesideKeys, text: its path (is_beside_key_files)
    kOpenMap,
    kCheckPassword,   // text: user NUL realm NUL password -> number: 1 right, 0 wrong
    kPasswordSecret,  // text: user NUL realm -> number: 1 and the secret as text, 0 no such user
    kConnectMap,      // number: map of class socket; to its UNIX socket -> descriptor
    kOpenHostStatus,  // text: host; flags: 1 for writing -> descriptor
};

struct BrokerRequest {
    BrokerOp op = BrokerOp::kHello;
    std::int32_t number = 0;
    std::int32_t flags = 0;
    std::uint32_t mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

struct BrokerReply {
    std::int32_t failed = 0;     // 1: the rest is an error, its text follows the record
    std::int32_t exit_code = 0;  // of the error
    std::int32_t sys_errno = 0;
    std::int32_t number = 0;  // pid; exit code of an ended mailer
    std::int32_t signal = 0;
};

inline constexpr std::int32_t kAuthInfoFile = -1;
inline constexpr std::int32_t kClientKeyFile = -2;
inline constexpr std::int32_t kFileBesideKeys = -3;
inline constexpr std::int32_t kSupportFile = -4;  // flags: FileKind of a support_file()
inline constexpr std::size_t kMaxBrokerText = 128U * 1024;

// A received packet: its record, text and descriptors.
template <typename Record>
struct BrokerPacket {
    Record record{};
    std::string text;
    std::vector<UniqueFd> descriptors;
};

// Whole packets; Error kIoErr with errno (EPIPE, ECONNRESET: the other side is gone).
[[nodiscard]] Status send_packet(int fd, const void* record, std::size_t size,
                                 std::string_view text, const std::vector<int>& descriptors);
// False: the other side closed. wait false: Error with errno EAGAIN when there is no packet.
[[nodiscard]] Result<bool> receive_packet(int fd, void* record, std::size_t size, std::string* text,
                                          std::vector<UniqueFd>* descriptors, bool wait = true);

// Names of queue files, as the broker allows them: a known two-letter prefix and a queue id.
[[nodiscard]] bool is_queue_file_name(std::string_view name);

}  // namespace sm
