// The sysexits numbers: the word that mailers, maps, DSNs and exit codes already share.
//
// Every Error carries one (see result.h). exit_info() is the one place that turns a number into
// an SMTP reply code, an enhanced status code and a text (RFC 5321, RFC 3463).
#pragma once

#include <string_view>

namespace sm {

enum class Exit : int {
    kOk = 0,
    kUsage = 64,
    kDataErr = 65,
    kNoInput = 66,
    kNoUser = 67,
    kNoHost = 68,
    kUnavailable = 69,
    kSoftware = 70,
    kOsErr = 71,
    kOsFile = 72,
    kCantCreate = 73,
    kIoErr = 74,
    kTempFail = 75,
    kProtocol = 76,
    kNoPerm = 77,
    kConfig = 78,
};

struct ExitInfo {
    Exit code;
    int smtp;              // reply code, 3 digits
    std::string_view dsn;  // enhanced status code
    std::string_view text;
    bool add_os_error;  // the text is completed with strerror(errno)
};

// The row of `code`; a number outside the table gets the row of kSoftware.
[[nodiscard]] const ExitInfo& exit_info(Exit code);

// The row of a raw exit status of a program (0..255); nullptr when the number has no row.
[[nodiscard]] const ExitInfo* find_exit_info(int status);

// True for kTempFail, kOsErr and kIoErr: the operation may succeed later.
[[nodiscard]] bool is_temporary(Exit code);

// "EX_NOUSER" for kNoUser; "EX_<number>" outside the table.
[[nodiscard]] std::string_view exit_name(Exit code);

}  // namespace sm
