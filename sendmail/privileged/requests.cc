#include "sendmail/privileged/requests.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "libmail/queue_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxDescriptors = 4;

Error packet_error(std::string_view what, int number) {
    return {Exit::kIoErr, cat(what, ": ", std::strerror(number)), number, {}};
}

void take_descriptors(const msghdr& message, std::vector<UniqueFd>* out) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(const_cast<msghdr*>(&message), part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
            out->emplace_back(fd);
        }
    }
}

}  // namespace

Status send_packet(int fd, const void* record, std::size_t size, std::string_view text,
                   const std::vector<int>& descriptors) {
    if (text.size() > kMaxBrokerText || descriptors.size() > kMaxDescriptors) {
        return make_error(Exit::kUsage, "request too large");
    }
    // sendmsg does not write through these pointers.
    std::array<iovec, 2> pieces = {
        iovec{const_cast<void*>(record), size},
        iovec{const_cast<char*>(text.data()), text.size()},
    };
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = text.empty() ? 1 : 2;
    if (!descriptors.empty()) {
        const std::size_t bytes = descriptors.size() * sizeof(int);
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(bytes);
        cmsghdr* part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(bytes);
        std::memcpy(CMSG_DATA(part), descriptors.data(), bytes);
    }
    for (;;) {
        if (::sendmsg(fd, &message, MSG_NOSIGNAL) >= 0) return {};
        if (errno != EINTR) return packet_error("sendmsg", errno);
    }
}

Result<bool> receive_packet(int fd, void* record, std::size_t size, std::string* text,
                            std::vector<UniqueFd>* descriptors, bool wait) {
    // Most packets carry little: the large buffer is only used when one needs it.
    std::array<char, 4096> small{};
    text->clear();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    ssize_t length = 0;
    std::string large;
    char* buffer = small.data();
    std::size_t room = small.size();
    do {
        length = ::recv(fd, buffer, room, MSG_PEEK | MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
    } while (length < 0 && errno == EINTR);
    if (length < 0) return packet_error("recv", errno);
    if (static_cast<std::size_t>(length) > room) {
        if (static_cast<std::size_t>(length) > kMaxBrokerText + size) {
            return packet_error("recv", EMSGSIZE);
        }
        large.resize(static_cast<std::size_t>(length));
        buffer = large.data();
        room = large.size();
    }
    iovec piece{buffer, room};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    do {
        length = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0) return packet_error("recvmsg", errno);
    if (length == 0) return false;
    take_descriptors(message, descriptors);
    if (static_cast<std::size_t>(length) < size) return packet_error("recvmsg", EPROTO);
    std::memcpy(record, buffer, size);
    text->assign(buffer + size, static_cast<std::size_t>(length) - size);
    return true;
}

bool is_queue_file_name(std::string_view name) {
    constexpr std::array<std::string_view, 8> kPrefixes = {"qf", "df", "tf", "xf",
                                                           "hf", "Qf", "Tf", "nf"};
    if (name.size() < 3) return false;
    for (const std::string_view prefix : kPrefixes) {
        if (name.substr(0, 2) == prefix) return QueueId(name.substr(2)).valid();
    }
    return false;
}

}  // namespace sm
