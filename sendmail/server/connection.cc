#include "sendmail/server/connection.h"

#include <sys/socket.h>

#include <array>

#include "libmail/smtp_command.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

std::vector<std::unique_ptr<ByteStream>> one(std::unique_ptr<ByteStream> stream) {
    std::vector<std::unique_ptr<ByteStream>> out;
    out.push_back(std::move(stream));
    return out;
}

}  // namespace

Connection::Connection(std::unique_ptr<ByteStream> stream, std::size_t max_line)
    : layers_(one(std::move(stream))), reader_(*layers_.back(), max_line) {}

Connection::~Connection() {
    while (!layers_.empty()) layers_.pop_back();
}

Result<LineReader::Line> Connection::read_line(Deadline deadline, bool secret) {
    if (buffered().find('\n') == std::string_view::npos) SM_CHECK_OK(flush(deadline));
    auto line = reader_.read_line(deadline);
    if (traffic_logged() && line.ok()) {
        const std::string shown = line->end ? "[EOF]" : secret ? "****" : without_secret(line->text);
        log_traffic(Traffic::kIn, cat(shown, line->crlf ? "\r" : ""));
    }
    return line;
}

void Connection::consume(std::size_t count) {
    message_log_.take(buffered().substr(0, count));
    reader_.consume(count);
}

Result<bool> Connection::fill(Deadline deadline) {
    SM_CHECK_OK(flush(deadline));
    return reader_.fill(deadline);
}

Status Connection::flush(Deadline deadline) {
    if (output_.empty()) return {};
    std::string data;
    data.swap(output_);
    log_traffic(Traffic::kOut, data);
    return layers_.back()->write(data, deadline);
}

void Connection::linger() {
    constexpr std::chrono::milliseconds kLinger{500};
    constexpr int kMaxReads = 64;
    if (!input_pending() || ::shutdown(fd(), SHUT_WR) != 0) return;
    const Deadline deadline = Deadline::in(kLinger);
    std::array<char, 4096> waste{};
    for (int i = 0; i < kMaxReads; ++i) {
        const auto ready = wait_readable(fd(), deadline);
        if (!ready.ok() || !*ready) return;
        if (::recv(fd(), waste.data(), waste.size(), MSG_DONTWAIT) <= 0) return;
    }
}

void Connection::push_layer(std::unique_ptr<ByteStream> layer) {
    layers_.push_back(std::move(layer));
    reader_.set_stream(*layers_.back());
}

}  // namespace sm
