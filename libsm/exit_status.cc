#include "libsm/exit_status.h"

#include <array>

namespace sm {
namespace {

constexpr std::array kRows = {
    ExitInfo{Exit::kOk, 250, "2.0.0", "OK", false},
    ExitInfo{Exit::kUsage, 500, "5.0.0", "Command line usage error", false},
    ExitInfo{Exit::kDataErr, 501, "5.6.0", "Data format error", false},
    ExitInfo{Exit::kNoInput, 550, "5.3.0", "Cannot open input", true},
    ExitInfo{Exit::kNoUser, 550, "5.1.1", "User unknown", false},
    ExitInfo{Exit::kNoHost, 550, "5.1.2", "Host unknown", false},
    ExitInfo{Exit::kUnavailable, 554, "5.0.0", "Service unavailable", false},
    ExitInfo{Exit::kSoftware, 554, "5.3.0", "Internal error", true},
    ExitInfo{Exit::kOsErr, 451, "4.0.0", "Operating system error", true},
    ExitInfo{Exit::kOsFile, 554, "5.3.5", "System file missing", false},
    ExitInfo{Exit::kCantCreate, 550, "5.0.0", "Can't create output", true},
    ExitInfo{Exit::kIoErr, 451, "4.0.0", "I/O error", true},
    ExitInfo{Exit::kTempFail, 450, "4.0.0", "Deferred", false},
    ExitInfo{Exit::kProtocol, 554, "5.5.0", "Remote protocol error", false},
    ExitInfo{Exit::kNoPerm, 550, "5.0.0", "Insufficient permission", false},
    ExitInfo{Exit::kConfig, 554, "5.3.5", "Local configuration error", false},
};

constexpr std::array<std::string_view, 15> kNames = {
    "EX_USAGE",       "EX_DATAERR",  "EX_NOINPUT",  "EX_NOUSER", "EX_NOHOST",
    "EX_UNAVAILABLE", "EX_SOFTWARE", "EX_OSERR",    "EX_OSFILE", "EX_CANTCREAT",
    "EX_IOERR",       "EX_TEMPFAIL", "EX_PROTOCOL", "EX_NOPERM", "EX_CONFIG"};

}  // namespace

const ExitInfo* find_exit_info(int status) {
    for (const ExitInfo& row : kRows) {
        if (static_cast<int>(row.code) == status) return &row;
    }
    return nullptr;
}

const ExitInfo& exit_info(Exit code) {
    const ExitInfo* row = find_exit_info(static_cast<int>(code));
    return row != nullptr ? *row : *find_exit_info(static_cast<int>(Exit::kSoftware));
}

bool is_temporary(Exit code) {
    return code == Exit::kTempFail || code == Exit::kOsErr || code == Exit::kIoErr;
}

std::string_view exit_name(Exit code) {
    const int number = static_cast<int>(code);
    if (number == 0) return "EX_OK";
    if (number < 64 || number > 78) return "EX_SOFTWARE";
    return kNames[static_cast<std::size_t>(number - 64)];
}

}  // namespace sm
