// ByteStream: a two-way stream of octets with deadlines; the common face of sockets, pipes, TLS
// and SASL layers, which stack. LineReader: lines out of a stream, with bounds.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

class ByteStream {
  public:
    ByteStream() = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    virtual ~ByteStream() = default;

    // Up to `size` octets into `buffer`; 0 at end of stream. Waits for the first octet only.
    // Error: kTempFail with errno ETIMEDOUT at the deadline, else kIoErr with errno.
    [[nodiscard]] virtual Result<std::size_t> read(char* buffer, std::size_t size,
                                                   Deadline deadline) = 0;

    // All of `data`, in as few system calls as the layer allows. Same errors.
    [[nodiscard]] virtual Status write(std::string_view data, Deadline deadline) = 0;

    // True when octets can be read without waiting (buffered in a layer, or in the kernel).
    [[nodiscard]] virtual bool pending() const = 0;

    // The descriptor at the bottom, for poll and for getpeername; -1 when there is none.
    [[nodiscard]] virtual int fd() const = 0;
};

// A socket, pipe or terminal. Uses poll(2) before each call, so that blocking and non-blocking
// descriptors behave alike.
class FdStream final : public ByteStream {
  public:
    // Owns both; `output` invalid: the same descriptor serves both ways.
    explicit FdStream(UniqueFd input, UniqueFd output = UniqueFd());

    [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t size,
                                           Deadline deadline) override;
    [[nodiscard]] Status write(std::string_view data, Deadline deadline) override;
    [[nodiscard]] bool pending() const override;
    [[nodiscard]] int fd() const override { return input_.get(); }

    // Closes both descriptors now.
    void close();

  private:
    UniqueFd input_;
    UniqueFd output_;
};

// Reads lines. Line ends are LF or CRLF as found; the caller decides what a bare LF means.
class LineReader {
  public:
    struct Line {
        std::string text;       // without its line end
        bool crlf = false;      // ended by CRLF; else by LF, the end of the stream, or cut
        bool complete = false;  // a line end was seen
        bool too_long = false;  // longer than max: cut there, the rest is thrown away
        bool end = false;       // end of stream and no octet before it
    };

    // `stream` outlives the reader; max_line: octets of one line without its end.
    LineReader(ByteStream& stream, std::size_t max_line) : stream_(&stream), max_(max_line) {}

    [[nodiscard]] Result<Line> read_line(Deadline deadline);

    // Raw octets: what is buffered first, then the stream. 0 at the end of the stream.
    [[nodiscard]] Result<std::size_t> read_some(char* buffer, std::size_t size, Deadline deadline);

    // Octets already read from the stream but not yet returned.
    [[nodiscard]] std::string_view buffered() const {
        return std::string_view(buffer_).substr(start_);
    }
    // Takes `count` octets off the buffered ones.
    void consume(std::size_t count) { start_ += count; }
    // Reads more octets behind the buffered ones. False: end of stream.
    [[nodiscard]] Result<bool> fill(Deadline deadline);
    // Throws away what is buffered (SMTP: after STARTTLS).
    void discard_buffered();
    // True when a line or octets may be had without waiting for the peer.
    [[nodiscard]] bool pending() const { return start_ < buffer_.size() || stream_->pending(); }
    // The stream to read from after a layer was pushed. The buffer must be empty or discarded.
    void set_stream(ByteStream& stream) { stream_ = &stream; }
    void set_max_line(std::size_t max_line) { max_ = max_line; }

  private:
    ByteStream* stream_;
    std::size_t max_;
    std::string buffer_;
    std::size_t start_ = 0;
};

}  // namespace sm
