#include "sendmail/runner/hint_channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::seconds kAnswerTime{1};
constexpr char kSeparator = '\n';

// Sends one octet with a descriptor.
Status send_descriptor(int socket, int descriptor) {
    char octet = 'C';
    iovec data{&octet, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return os_error("queue manager", errno);
    return {};
}

}  // namespace

Result<HintChannel> make_hint_channel() {
    SM_TRY(SocketPair pair, make_socket_pair(true));
    return HintChannel{std::move(pair.first), std::move(pair.second)};
}

std::string encode_request(const ManagerRequest& request) {
    if (request.kind == ManagerRequest::Kind::kRun) return cat('R', request.etrn);
    return cat('J', request.id.str(), kSeparator, request.directory);
}

std::optional<ManagerRequest> decode_request(std::string_view packet) {
    if (packet.size() < 2 || packet.size() > kMaxRequest) return {};
    ManagerRequest out;
    const std::string_view rest = packet.substr(1);
    if (rest.find('\0') != std::string_view::npos) return {};
    if (packet[0] == 'R') {
        if (rest.find(kSeparator) != std::string_view::npos) return {};
        out.kind = ManagerRequest::Kind::kRun;
        out.etrn = rest;
        return out;
    }
    const std::size_t separator = rest.find(kSeparator);
    if (packet[0] != 'J' || separator == std::string_view::npos) return {};
    out.id = QueueId(rest.substr(0, separator));
    out.directory = rest.substr(separator + 1);
    if (!out.id.valid() || out.directory.empty() ||
        out.directory.find(kSeparator) != std::string::npos) {
        return {};
    }
    return out;
}

Status HintClient::introduce() {
    if (shared_end_ < 0) return make_error(Exit::kTempFail, "no queue manager");
    if (own_.valid() && owner_ == ::getpid()) return {};
    SM_TRY(SocketPair pair, make_socket_pair(true));
    SM_CHECK_OK(send_descriptor(shared_end_, pair.second.get()));
    own_ = std::move(pair.first);
    owner_ = ::getpid();
    return {};
}

Status HintClient::send(const ManagerRequest& request) {
    SM_CHECK_OK(introduce());
    const auto fail = [this](std::string text) {
        own_.reset();
        return make_error(Exit::kTempFail, std::move(text));
    };
    const std::string packet = encode_request(request);
    if (::send(own_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return fail("queue manager does not take requests");
    }
    SM_TRY(const bool answered, wait_readable(own_.get(), Deadline::in(kAnswerTime)));
    char answer = 0;
    if (!answered || ::recv(own_.get(), &answer, 1, MSG_DONTWAIT) != 1 || answer != kAcknowledged) {
        return fail("queue manager does not answer");
    }
    return {};
}

Status HintClient::hint(const QueueId& id, const std::string& directory) {
    ManagerRequest request;
    request.id = id;
    request.directory = directory;
    return send(request);
}

Status HintClient::request_run(std::string_view etrn) {
    ManagerRequest request;
    request.kind = ManagerRequest::Kind::kRun;
    request.etrn = etrn;
    if (!decode_request(encode_request(request))) {
        return make_error(Exit::kDataErr, "not a node name");
    }
    return send(request);
}

Result<std::optional<UniqueFd>> accept_introduction(int manager_end) {
    char octet = 0;
    iovec data{&octet, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(manager_end, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) return std::optional<UniqueFd>();
        return os_error("hint channel", errno);
    }
    if (count == 0) return make_error(Exit::kUnavailable, "the daemon is gone");
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return std::optional<UniqueFd>();
    }
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return std::optional<UniqueFd>(UniqueFd(descriptor));
}

}  // namespace sm
