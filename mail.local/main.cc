// mail.local: delivers a message to local mailboxes (mbox files). Manual page: mail.local.8.
//
// Exit status: 0 delivered to every user; 67 no such user; 75 try again; 73 a mailbox that cannot
// be written to for a reason that stays; 64 usage. With several users the message is tried for
// all, and a temporary failure wins (a second copy is better than a lost one).
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "libsm/byte_stream.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "mail.local/lmtp.h"
#include "mail.local/mailbox.h"
#include "mail.local/message_copy.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1U << 30;

struct Arguments {
    MailboxOptions mailbox;
    bool lmtp = false;
    bool strip_high_bit = false;
    std::string sender;
    std::vector<std::string> users;
};

int usage(std::string_view what) {
    std::cerr << "mail.local: " << what
              << "\nusage: mail.local [-7bdln] [-D pw] [-f from] [-h file] [-H levels] [-p dir] "
                 "user ...\n";
    return static_cast<int>(Exit::kUsage);
}

std::optional<Arguments> parse(int argc, char** argv) {
    Arguments out;
    int option = 0;
    while ((option = ::getopt(argc, argv, "7bdD:f:h:H:lnp:r:")) != -1) {
        const std::string value = ::optarg != nullptr ? ::optarg : "";
        switch (option) {
            case '7':
                out.strip_high_bit = true;
                break;
            case 'b':  // no comsat notice: none is sent anyway
            case 'd':
                break;  // accepted for compatibility
            case 'D':
                if (value != "pw") return {};
                break;
            case 'f':
            case 'r':
                out.sender = value;
                break;
            case 'h':
                out.mailbox.home_file = value;
                break;
            case 'H':
                out.mailbox.hash_levels = std::atoi(value.c_str());
                break;
            case 'l':
                out.lmtp = true;
                break;
            case 'n':
                out.mailbox.check_user = false;
                break;
            case 'p':
                out.mailbox.spool = value;
                break;
            default:
                return {};
        }
    }
    for (int i = ::optind; i < argc; ++i) out.users.emplace_back(argv[i]);
    return out;
}

Result<MessageCopy> read_message(const Arguments& arguments) {
    FdStream input{UniqueFd(STDIN_FILENO)};
    LineReader reader(input, kMaxLine);
    SM_TRY(MessageCopy copy,
           MessageCopy::begin(arguments.sender, std::time(nullptr), arguments.strip_high_bit));
    for (;;) {
        SM_TRY(const LineReader::Line line, reader.read_line(Deadline::never()));
        if (line.end) break;
        SM_CHECK_OK(copy.add_line(line.text));
        if (!line.complete) break;
    }
    SM_CHECK_OK(copy.finish());
    return copy;
}

Exit deliver(const Arguments& arguments) {
    auto copy = read_message(arguments);
    if (!copy.ok()) {
        std::cerr << "mail.local: " << copy.error().text << '\n';
        return Exit::kTempFail;
    }
    Exit result = Exit::kOk;
    for (const std::string& user : arguments.users) {
        auto owner = find_mailbox(user, arguments.mailbox);
        const Status status = owner.ok() ? append_to_mailbox(*owner, copy->fd(), arguments.mailbox)
                                         : Status(owner.error());
        if (status.ok()) continue;
        std::cerr << "mail.local: " << status.error().text << '\n';
        if (result == Exit::kOk || is_temporary(status.error().code)) {
            result = status.error().code;
        }
    }
    return result == Exit::kOsErr || result == Exit::kIoErr ? Exit::kTempFail : result;
}

int run(int argc, char** argv) {
    ignore_sigpipe();
    const auto arguments = parse(argc, argv);
    if (!arguments) return usage("bad arguments");
    if (arguments->lmtp) {
        if (!arguments->users.empty()) return usage("users are not given with -l");
        FdStream stream{UniqueFd(STDIN_FILENO), UniqueFd(STDOUT_FILENO)};
        return static_cast<int>(serve_lmtp(stream, arguments->mailbox, arguments->strip_high_bit));
    }
    if (arguments->users.empty()) return usage("no user given");
    return static_cast<int>(deliver(*arguments));
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return sm::run(argc, argv);
}
