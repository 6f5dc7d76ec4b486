#include "libmail/dot_stuff.h"

#include <utility>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kFlushSize = 64U << 10;
constexpr std::size_t kSmallestLimit = 10;  // a smaller one would never come to an end
// A line without end is handed on in parts of this size, whatever the mailer.
constexpr std::size_t kLongestUnfinished = 16U << 20;

}  // namespace

LineWriter::LineWriter(LineForm form, Sink sink) : form_(std::move(form)), sink_(std::move(sink)) {}

Status LineWriter::put(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            unfinished_ += text;
            if (unfinished_.size() > kLongestUnfinished) {
                return put_line(std::exchange(unfinished_, {}));
            }
            return {};
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (unfinished_.empty()) {
            SM_CHECK_OK(put_line(line));
        } else {
            unfinished_ += line;
            SM_CHECK_OK(put_line(std::exchange(unfinished_, {})));
        }
    }
    return {};
}

Status LineWriter::finish() {
    if (!unfinished_.empty()) SM_CHECK_OK(put_line(std::exchange(unfinished_, {})));
    return flush();
}

Status LineWriter::flush() {
    if (out_.empty()) return {};
    const Status written = sink_(out_);
    out_.clear();
    return written;
}

Status LineWriter::put_line(std::string_view line) {
    if (form_.no_bare_cr && line.ends_with('\r')) line.remove_suffix(1);
    const bool clean = form_.seven_bit || form_.strip_nul ||
                       (form_.no_bare_cr && line.find('\r') != std::string_view::npos);
    if (clean) {
        cleaned_.clear();
        for (char c : line) {
            if (form_.no_bare_cr && c == '\r') c = ' ';
            if (form_.seven_bit) c = static_cast<char>(c & 0x7F);
            if (form_.strip_nul && c == '\0') continue;
            // The seven-bit form of 0x8A and 0x8D is a line end of its own.
            if (form_.seven_bit && (c == '\n' || (form_.no_bare_cr && c == '\r'))) c = ' ';
            cleaned_ += c;
        }
        line = cleaned_;
    }
    last_line_empty_ = line.empty();
    const std::size_t limit =
        form_.limit == 0 ? 0 : (form_.limit < kSmallestLimit ? kSmallestLimit : form_.limit);
    bool first = true;
    std::size_t room = limit;
    while (limit != 0 && line.size() > room) {
        put_part(line.substr(0, room - 1), first);
        append(out_, '!', form_.eol);
        line.remove_prefix(room - 1);
        first = false;
        room = limit - 1;
        if (out_.size() >= kFlushSize) SM_CHECK_OK(flush());
    }
    put_part(line, first);
    out_ += form_.eol;
    return out_.size() >= kFlushSize ? flush() : Status();
}

// first: the part begins the line; else it is indented.
void LineWriter::put_part(std::string_view part, bool first) {
    if (!first) {
        out_ += ' ';
    } else if (form_.stuff_dots && part.starts_with('.')) {
        out_ += '.';
    } else if (form_.escape_from && part.starts_with("From ")) {
        out_ += '>';
    }
    out_ += part;
}

}  // namespace sm
