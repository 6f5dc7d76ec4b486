#include "sendmail/server/collect.h"

#include <array>
#include <cerrno>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "libsm/traffic_log.h"

namespace sm {
namespace {

constexpr std::size_t kWriteSize = 65536;

CollectResult::End end_of_error(const Error& error) {
    if (error.sys_errno == ETIMEDOUT) return CollectResult::End::kTimeout;
    if (error.sys_errno == EINTR) return CollectResult::End::kShutdown;
    return CollectResult::End::kLost;
}

}  // namespace

MessageWriter::MessageWriter(int body_fd, const CollectLimits& limits, CollectResult* result)
    : body_fd_(body_fd), limits_(limits), result_(result) {
    result_->scan = HeaderScan(!limits.save_from_line);
}

void MessageWriter::take(std::string_view text) {
    if (text.empty()) return;
    result_->size += static_cast<std::int64_t>(text.size());
    if (limits_.max_message > 0 && result_->size > limits_.max_message) result_->too_large = true;
    if (result_->too_large || result_->headers_too_large || result_->write_failed) return;
    if (end_seen_) {
        take_body(text);
        return;
    }
    std::string& head = result_->header_text;
    head += text;
    if (result_->scan.scan(head, false)) {
        end_seen_ = true;
        result_->in_body = true;
        const std::size_t start = result_->scan.body_start();
        result_->header_octets = static_cast<std::int64_t>(start);
        const std::string rest = head.substr(start);
        head.resize(start);
        take_body(rest);
    }
    const auto octets =
        static_cast<std::int64_t>(end_seen_ ? result_->scan.header_size() : head.size());
    if (limits_.max_headers > 0 && octets > limits_.max_headers) {
        result_->headers_too_large = true;
    }
}

void MessageWriter::take_body(std::string_view text) {
    body_ += text;
    if (body_.size() >= kWriteSize) flush();
}

void MessageWriter::flush() {
    if (body_.empty() || result_->write_failed) return;
    if (const Status written = write_all(body_fd_, body_); !written.ok()) {
        result_->write_failed = true;
        result_->error = written.error();
    }
    body_.clear();
}

void MessageWriter::finish() {
    if (!end_seen_) {
        static_cast<void>(result_->scan.scan(result_->header_text, true));
        const std::size_t start = result_->scan.body_start();
        result_->header_octets = static_cast<std::int64_t>(start);
        body_ += std::string_view(result_->header_text).substr(start);
        result_->header_text.resize(start);
        end_seen_ = true;
    }
    flush();
}

CollectResult collect_smtp(Connection& connection, LinePolicy policy, const CollectLimits& limits,
                           Envelope& envelope) {
    CollectResult result;
    MessageWriter writer(envelope.body_fd.get(), limits, &result);
    DataDecoder decoder(policy);
    std::string text;
    while (decoder.state() == DataDecoder::State::kMore) {
        if (connection.buffered().empty()) {
            const auto more = connection.fill(Deadline::in(limits.timeout));
            if (!more.ok() || !*more) {
                result.end = more.ok() ? CollectResult::End::kLost : end_of_error(more.error());
                if (!more.ok()) result.error = more.error();
                break;
            }
        }
        text.clear();
        connection.consume(decoder.feed(connection.buffered(), &text));
        writer.take(text);
    }
    if (decoder.state() == DataDecoder::State::kBareLineFeed) {
        result.end = CollectResult::End::kBareLineFeed;
    } else if (decoder.state() == DataDecoder::State::kBareCarriageReturn) {
        result.end = CollectResult::End::kBareCarriageReturn;
    }
    envelope.has_8bit = decoder.has_8bit();
    result.has_nul = decoder.has_nul();
    writer.finish();
    return result;
}

CollectResult collect_input(ByteStream& input, bool ignore_dots, const CollectLimits& limits,
                            Envelope& envelope) {
    CollectResult result;
    MessageWriter writer(envelope.body_fd.get(), limits, &result);
    LineReader reader(input, static_cast<std::size_t>(1) << 30);
    while (true) {
        const auto line = reader.read_line(Deadline::in(limits.timeout));
        if (!line.ok()) {
            result.end = end_of_error(line.error());
            result.error = line.error();
            break;
        }
        if (traffic_logged()) log_traffic(Traffic::kIn, line->end ? "[EOF]" : line->text);
        if (line->end || (!ignore_dots && line->text == ".")) break;
        for (const char c : line->text) {
            if ((c & 0x80) != 0) envelope.has_8bit = true;
            if (c == '\0') result.has_nul = true;
        }
        writer.take(cat(line->text, '\n'));
    }
    writer.finish();
    return result;
}

}  // namespace sm
