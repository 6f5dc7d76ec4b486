// SocketStream: a connected socket with one system call per read and write: the kernel's own
// timeouts (SO_RCVTIMEO, SO_SNDTIMEO) keep the deadline. For sessions of the daemon.
#pragma once

#include "libsm/byte_stream.h"

namespace sm {

class SocketStream final : public ByteStream {
  public:
    explicit SocketStream(UniqueFd socket) : socket_(std::move(socket)) {}

    // Error kIoErr with errno EINTR: a watched signal (see signals.h) arrived during the wait.
    [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t size,
                                           Deadline deadline) override;
    [[nodiscard]] Status write(std::string_view data, Deadline deadline) override;
    [[nodiscard]] bool pending() const override;
    [[nodiscard]] int fd() const override { return socket_.get(); }

  private:
    void set_timeout(int option, Deadline deadline, int* current) const;

    UniqueFd socket_;
    int read_timeout_ = -1;  // seconds as set in the kernel; -1: never set
    int write_timeout_ = -1;
};

}  // namespace sm
