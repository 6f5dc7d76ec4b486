#include "libsm/byte_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kChunk = 32768;

Error stream_timeout(std::string_view what) {
    return {Exit::kTempFail, cat(what, ": timed out"), ETIMEDOUT, {}};
}

Error stream_error(std::string_view what, int number) {
    return {Exit::kIoErr, cat(what, ": ", std::strerror(number)), number, {}};
}

}  // namespace

FdStream::FdStream(UniqueFd input, UniqueFd output)
    : input_(std::move(input)), output_(std::move(output)) {}

Result<std::size_t> FdStream::read(char* buffer, std::size_t size, Deadline deadline) {
    for (;;) {
        SM_TRY(const bool ready, wait_readable(input_.get(), deadline));
        if (!ready) return stream_timeout("read");
        const ssize_t count = ::read(input_.get(), buffer, size);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN) return stream_error("read", errno);
    }
}

Status FdStream::write(std::string_view data, Deadline deadline) {
    const int fd = output_.valid() ? output_.get() : input_.get();
    while (!data.empty()) {
        SM_TRY(const bool ready, wait_writable(fd, deadline));
        if (!ready) return stream_timeout("write");
        const ssize_t count = ::write(fd, data.data(), data.size());
        if (count >= 0) {
            data.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR && errno != EAGAIN) {
            return stream_error("write", errno);
        }
    }
    return {};
}

bool FdStream::pending() const {
    pollfd entry{input_.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
}

void FdStream::close() {
    input_.reset();
    output_.reset();
}

Result<bool> LineReader::fill(Deadline deadline) {
    if (start_ == buffer_.size()) {
        buffer_.clear();
        start_ = 0;
    } else if (start_ > kChunk) {
        buffer_.erase(0, start_);
        start_ = 0;
    }
    const std::size_t old = buffer_.size();
    buffer_.resize(old + kChunk);
    auto count = stream_->read(buffer_.data() + old, kChunk, deadline);
    buffer_.resize(old + (count.ok() ? *count : 0));
    if (!count.ok()) return std::move(count).error();
    return *count > 0;
}

Result<LineReader::Line> LineReader::read_line(Deadline deadline) {
    Line line;
    std::size_t seen = 0;  // octets of the buffer already searched for LF
    for (;;) {
        const std::string_view have = buffered();
        const std::size_t at = have.find('\n', seen);
        if (at != std::string_view::npos) {
            line.complete = true;
            line.crlf = at > 0 && have[at - 1] == '\r';
            if (!line.too_long) {
                const std::size_t length = line.crlf ? at - 1 : at;
                line.too_long = length > max_;
                line.text.assign(have.substr(0, std::min(length, max_)));
            }
            consume(at + 1);
            return line;
        }
        if (have.size() > max_ + 1) {  // +1: room for the CR of a line of exactly max_
            if (!line.too_long) line.text.assign(have.substr(0, max_));
            line.too_long = true;
            consume(have.size());
        }
        seen = buffered().size();
        SM_TRY(const bool more, fill(deadline));
        if (!more) {
            const std::string_view rest = buffered();
            line.end = rest.empty() && !line.too_long;
            if (!line.too_long) line.text.assign(rest);
            consume(rest.size());
            return line;
        }
    }
}

Result<std::size_t> LineReader::read_some(char* buffer, std::size_t size, Deadline deadline) {
    const std::string_view have = buffered();
    if (have.empty()) return stream_->read(buffer, size, deadline);
    const std::size_t count = std::min(size, have.size());
    std::memcpy(buffer, have.data(), count);
    consume(count);
    return count;
}

void LineReader::discard_buffered() {
    buffer_.clear();
    start_ = 0;
}

}  // namespace sm
