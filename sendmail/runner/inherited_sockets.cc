#include "sendmail/runner/inherited_sockets.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "libsm/log.h"
#include "libsm/parse_number.h"

namespace sm {
namespace {

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

std::vector<int> open_descriptors() {
    std::vector<int> out;
    const std::unique_ptr<DIR, CloseDir> dir(::opendir("/proc/self/fd"));
    if (dir == nullptr) {
        constexpr int kTried = 1024;
        for (int fd = 0; fd < kTried; ++fd) out.push_back(fd);
        return out;
    }
    while (const dirent* entry = ::readdir(dir.get())) {
        const auto fd = parse_int(entry->d_name);
        if (fd && *fd != ::dirfd(dir.get())) out.push_back(static_cast<int>(*fd));
    }
    return out;
}

bool is_network_socket(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
    if (address.ss_family == AF_INET || address.ss_family == AF_INET6) return true;
    int listening = 0;
    size = sizeof listening;
    return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

}  // namespace

void close_network_sockets() {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : open_descriptors()) {
        if (fd == null || !is_network_socket(fd)) continue;
        // The number stays taken: an owner object that is destroyed later closes only /dev/null.
        if (null < 0 || ::dup2(null, fd) < 0) ::close(fd);
    }
    if (null >= 0) ::close(null);
}

void leave_inherited_sockets() {
    close_network_sockets();
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return;
    ::dup2(null, STDIN_FILENO);
    if (!log_is_standard_output()) ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    if (null > STDERR_FILENO) ::close(null);
}

}  // namespace sm
