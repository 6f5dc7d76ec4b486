#include "mail.local/message_copy.h"

#include <fcntl.h>

#include <array>
#include <ctime>

#include "libsm/files.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kFlushAt = 65536;

// ctime(3) without its line feed, in local time.
std::string mbox_date(std::int64_t now) {
    const std::time_t seconds = now;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a %b %e %T %Y", &local);
    return {text.data(), length};
}

std::string from_word(std::string_view sender) {
    if (sender.starts_with('<') && sender.ends_with('>')) {
        sender = sender.substr(1, sender.size() - 2);
    }
    if (sender.empty()) return "MAILER-DAEMON";
    std::string word;
    for (const char c : sender) word += is_print(c) && c != ' ' ? c : '_';
    return word;
}

Result<UniqueFd> unnamed_file() {
    auto fd = open_file("/tmp", O_TMPFILE | O_RDWR | O_EXCL, 0600);
    if (fd.ok()) return fd;
    const std::string path = cat("/tmp/mail.local.", random_name(12));
    SM_TRY(UniqueFd named, open_file(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    const ScopedPath unlinked(path);
    return named;
}

}  // namespace

Result<MessageCopy> MessageCopy::begin(std::string_view sender, std::int64_t now,
                                       bool strip_high_bit) {
    SM_TRY(UniqueFd file, unnamed_file());
    MessageCopy copy(std::move(file), strip_high_bit);
    copy.pending_ = cat("From ", from_word(sender), ' ', mbox_date(now), '\n');
    return copy;
}

Status MessageCopy::add_line(std::string_view line) {
    // The sender may have put its own From_ line in front: ours replaces it.
    if (std::exchange(first_line_, false) && line.starts_with("From ")) return {};
    if (after_empty_ && line.starts_with("From ")) pending_ += '>';
    after_empty_ = line.empty();
    if (strip_high_bit_) {
        for (const char c : line) pending_ += static_cast<char>(c & 0x7F);
    } else {
        pending_ += line;
    }
    pending_ += '\n';
    return pending_.size() >= kFlushAt ? flush() : Status();
}

Status MessageCopy::finish() {
    if (!after_empty_) pending_ += '\n';
    return flush();
}

Status MessageCopy::flush() {
    Status written = write_all(file_.get(), pending_);
    pending_.clear();
    return written;
}

}  // namespace sm
