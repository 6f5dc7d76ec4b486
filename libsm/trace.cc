#include "libsm/trace.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {

namespace detail {
// One of the allowed globals (STYLE section 5): trace levels.
std::array<std::uint8_t, 100>
    trace_levels{};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
}  // namespace detail

namespace {

int& trace_fd() {
    static int fd = STDOUT_FILENO;
    return fd;
}

std::string*& trace_buffer() {
    static std::string* buffer = nullptr;
    return buffer;
}

Status set_one(std::string_view flag) {
    std::uint64_t first = 0;
    std::uint64_t last = 99;
    std::uint64_t level = 1;
    const auto bad = [&] {
        return make_error(Exit::kUsage, cat("invalid debug flag \"", flag,
                                            "\": use category[-category][.level]"));
    };
    const std::size_t dot = flag.find('.');
    if (dot != std::string_view::npos) {
        const auto number = parse_unsigned(flag.substr(dot + 1));
        if (!number) return bad();
        level = std::min<std::uint64_t>(*number, 255);
    }
    const std::string_view range = flag.substr(0, dot);
    if (!range.empty()) {
        const std::size_t dash = range.find('-');
        const auto low = parse_unsigned(range.substr(0, dash));
        const auto high =
            dash == std::string_view::npos ? low : parse_unsigned(range.substr(dash + 1));
        if (!low || !high) return bad();
        first = *low;
        last = std::min<std::uint64_t>(*high, 99);
    }
    for (std::uint64_t i = first; i <= last; ++i) {
        detail::trace_levels[i] = static_cast<std::uint8_t>(level);
    }
    return {};
}

// Passwords of AuthInfo entries ("P:text", "P=base64") are nobody's business.
std::string without_passwords(std::string_view text) {
    std::string out;
    for (;;) {
        std::size_t at = std::min(text.find("\"P:"), text.find("\"P="));
        if (at == std::string_view::npos) return cat(out, text);
        at += 3;
        append(out, text.substr(0, at), "...");
        text.remove_prefix(std::min(text.find('"', at), text.size()));
    }
}

}  // namespace

Status set_trace(std::string_view flags) {
    for (const std::string_view flag : split(flags, ',')) SM_CHECK_OK(set_one(trim(flag)));
    return {};
}

void trace_text(std::string_view text) {
    if (trace_buffer() != nullptr) {
        *trace_buffer() += text;
    } else {
        static_cast<void>(write_all(trace_fd(), without_passwords(text)));
    }
}

void trace_line(std::string_view text) {
    if (trace_buffer() != nullptr) {
        append(*trace_buffer(), text, '\n');
    } else {
        trace_text(cat(text, '\n'));
    }
}

void set_trace_buffer(std::string* buffer) {
    trace_buffer() = buffer;
}

Status set_trace_file(const char* path) {
    SM_TRY(UniqueFd fd, open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600));
    trace_fd() = fd.release();
    return {};
}

}  // namespace sm
