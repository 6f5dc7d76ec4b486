#include "mail.local/lmtp.h"

#include <unistd.h>

#include <array>
#include <ctime>
#include <string>
#include <vector>

#include "libsm/strings.h"
#include "mail.local/message_copy.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1048576;
constexpr std::chrono::minutes kIdle{10};

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// "FROM:<a@b> SIZE=1" -> "a@b"; nullopt when the prefix or the brackets are missing.
std::optional<std::string> path_argument(std::string_view args, std::string_view prefix) {
    if (!istarts_with(args, prefix)) return {};
    args = trim_left(args.substr(prefix.size()));
    const std::size_t end = args.rfind('>');
    if (!args.starts_with('<') || end == std::string_view::npos) return {};
    const std::size_t first_end = args.find('>');
    return std::string(args.substr(1, first_end - 1));
}

// "user@host" -> "user", "\"user\"@host" -> "user".
std::string local_part(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at != std::string_view::npos) address = address.substr(0, at);
    std::string user;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] == '"') continue;
        if (address[i] == '\\' && i + 1 < address.size()) ++i;
        user += address[i];
    }
    return user;
}

std::string reply_for(const Error& error) {
    switch (error.code) {
        case Exit::kNoUser:
            return cat("550 5.1.1 ", printable(error.text, 300));
        case Exit::kDataErr:
            return cat("553 5.1.3 ", printable(error.text, 300));
        case Exit::kCantCreate:
            return cat("550 5.2.0 ", printable(error.text, 300));
        default:
            return cat("451 4.2.0 ", printable(error.text, 300));
    }
}

class LmtpSession {
  public:
    LmtpSession(ByteStream& stream, const MailboxOptions& options, bool strip_high_bit)
        : stream_(stream),
          reader_(stream, kMaxLine),
          options_(options),
          strip_high_bit_(strip_high_bit) {}

    Exit run() {
        say(cat("220 ", host_name(), " LMTP ready"));
        while (!done_) {
            auto line = reader_.read_line(Deadline::in(kIdle));
            if (!line.ok() || line->end) break;
            if (line->too_long) {
                say("500 5.5.0 line too long");
            } else {
                command(line->text);
            }
            if (!reader_.pending() && !flush()) break;
        }
        static_cast<void>(flush());
        return Exit::kOk;
    }

  private:
    void say(std::string_view reply) { append(out_, reply, "\r\n"); }

    bool flush() {
        const Status written = stream_.write(out_, Deadline::in(kIdle));
        out_.clear();
        return written.ok();
    }

    void command(std::string_view line) {
        std::string_view args = line;
        const std::string verb = upper(next_word(args));
        args = trim(args);
        if (verb == "LHLO") {
            say(cat("250-", host_name()));
            say("250-8BITMIME");
            say("250-ENHANCEDSTATUSCODES");
            say("250 PIPELINING");
        } else if (verb == "MAIL") {
            mail(args);
        } else if (verb == "RCPT") {
            rcpt(args);
        } else if (verb == "DATA") {
            data();
        } else if (verb == "RSET") {
            reset();
            say("250 2.0.0 ok");
        } else if (verb == "NOOP") {
            say("250 2.0.0 ok");
        } else if (verb == "VRFY") {
            say("252 2.3.3 try RCPT to attempt delivery");
        } else if (verb == "QUIT") {
            say(cat("221 2.0.0 ", host_name()));
            done_ = true;
        } else {
            say("500 5.5.1 unknown command");
        }
    }

    void mail(std::string_view args) {
        if (in_transaction_) return say("503 5.5.1 nested MAIL command");
        const auto sender = path_argument(args, "FROM:");
        if (!sender) return say("501 5.5.4 Syntax: MAIL FROM:<address>");
        sender_ = *sender;
        in_transaction_ = true;
        say("250 2.5.0 ok");
    }

    void rcpt(std::string_view args) {
        if (!in_transaction_) return say("503 5.5.1 need MAIL command");
        const auto address = path_argument(args, "TO:");
        if (!address) return say("501 5.5.4 Syntax: RCPT TO:<address>");
        auto owner = find_mailbox(local_part(*address), options_);
        if (!owner.ok()) return say(reply_for(owner.error()));
        owners_.push_back(std::move(*owner));
        say("250 2.1.5 ok");
    }

    void data() {
        if (owners_.empty()) return say("503 5.5.1 No recipients");
        say("354 go ahead");
        if (!flush()) {
            done_ = true;
            return;
        }
        auto copy = MessageCopy::begin(sender_, std::time(nullptr), strip_high_bit_);
        Status status = copy.ok() ? Status() : Status(copy.error());
        for (;;) {
            auto line = reader_.read_line(Deadline::in(kIdle));
            if (!line.ok() || !line->complete) {  // no final dot: nothing was accepted
                done_ = true;
                return;
            }
            std::string_view text = line->text;
            if (text == ".") break;
            if (text.starts_with('.')) text.remove_prefix(1);
            if (line->too_long && status.ok()) {
                status = make_error(Exit::kDataErr, "line too long");
            }
            if (status.ok()) status = copy->add_line(text);
        }
        if (status.ok()) status = copy->finish();
        for (const MailboxOwner& owner : owners_) {
            Status delivered = status;
            if (delivered.ok()) delivered = append_to_mailbox(owner, copy->fd(), options_);
            say(delivered.ok() ? cat("250 2.1.5 ", owner.name, " Ok")
                               : reply_for(delivered.error()));
        }
        reset();
    }

    void reset() {
        in_transaction_ = false;
        sender_.clear();
        owners_.clear();
    }

    ByteStream& stream_;
    LineReader reader_;
    const MailboxOptions& options_;
    bool strip_high_bit_;
    std::string out_;
    std::string sender_;
    std::vector<MailboxOwner> owners_;
    bool in_transaction_ = false;
    bool done_ = false;
};

}  // namespace

Exit serve_lmtp(ByteStream& stream, const MailboxOptions& options, bool strip_high_bit) {
    return LmtpSession(stream, options, strip_high_bit).run();
}

}  // namespace sm
