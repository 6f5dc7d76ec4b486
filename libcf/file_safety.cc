#include "libcf/file_safety.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "libcf/map_table.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Links = SafeFilePolicy::Links;
using RootBits = SafeFilePolicy::RootBits;
using Writers = SafeFilePolicy::Writers;

// What holds without a word, and the words that allow more. "": no word does.
struct Row {
    FileKind kind;
    Writers directories;
    Links links;
    RootBits root_bits;
    std::string_view unsafe_directory;
    std::string_view group_directory;
    std::string_view linked;
    std::string_view group_writable;
    std::string_view world_writable;
};

constexpr std::array kRows = {
    Row{FileKind::kClass, Writers::kNobody, Links::kInSafeDirectory, RootBits::kLikeOthers,
        "ClassFileInUnsafeDirPath", "", "LinkedClassFileInWritableDir", "", ""},
    Row{FileKind::kMap, Writers::kNobody, Links::kInSafeDirectory, RootBits::kLikeOthers,
        "MapInUnsafeDirPath", "", "LinkedMapInWritableDir", "", ""},
    Row{FileKind::kMapWrite, Writers::kNobody, Links::kRefused, RootBits::kLikeOthers,
        "MapInUnsafeDirPath", "", "", "", ""},
    Row{FileKind::kAliasText, Writers::kEverybody, Links::kInSafeDirectory, RootBits::kOwners, "",
        "", "LinkedAliasFileInWritableDir", "GroupWritableAliasFile", "WorldWritableAliasFile"},
    Row{FileKind::kHelp, Writers::kNobody, Links::kAllowed, RootBits::kOwners,
        "HelpFileInUnsafeDirPath", "", "", "", ""},
    Row{FileKind::kErrorHeader, Writers::kNobody, Links::kAllowed, RootBits::kLikeOthers,
        "ErrorHeaderInUnsafeDirPath", "", "", "", ""},
    Row{FileKind::kServiceSwitch, Writers::kEverybody, Links::kInSafeDirectory, RootBits::kOwners,
        "", "", "LinkedServiceSwitchFileInWritableDir", "", ""},
    Row{FileKind::kForward, Writers::kNobody, Links::kInSafeDirectory, RootBits::kLikeOthers,
        "ForwardFileInUnsafeDirPath", "ForwardFileInGroupWritableDirPath",
        "LinkedForwardFileInWritableDir", "GroupWritableForwardFile", "WorldWritableForwardFile"},
    Row{FileKind::kInclude, Writers::kNobody, Links::kInSafeDirectory, RootBits::kLikeOthers,
        "IncludeFileInUnsafeDirPath", "IncludeFileInGroupWritableDirPath",
        "LinkedIncludeFileInWritableDir", "GroupWritableIncludeFile", "WorldWritableIncludeFile"},
    Row{FileKind::kDelivery, Writers::kEverybody, Links::kRefused, RootBits::kIgnored, "", "", "",
        "", ""},
    Row{FileKind::kStatistics, Writers::kEverybody, Links::kRefused, RootBits::kOwners, "", "", "",
        "", ""},
    Row{FileKind::kDeadLetter, Writers::kEverybody, Links::kRefused, RootBits::kLikeOthers, "", "",
        "", "", ""},
    Row{FileKind::kHostStatus, Writers::kNobody, Links::kRefused, RootBits::kIgnored, "", "", "",
        "", ""},
    Row{FileKind::kProgram, Writers::kNobody, Links::kAllowed, RootBits::kIgnored,
        "RunProgramInUnsafeDirPath", "", "", "RunWritableProgram", "RunWritableProgram"},
};

// Files that are written: which words allow links.
struct LinkWords {
    FileKind kind;
    std::string_view symbolic;
    std::string_view hard;
};

constexpr std::array kLinkWords = {
    LinkWords{FileKind::kMapWrite, "WriteMapToSymLink", "WriteMapToHardLink"},
    LinkWords{FileKind::kDelivery, "FileDeliveryToSymLink", "FileDeliveryToHardLink"},
    LinkWords{FileKind::kStatistics, "WriteStatsToSymLink", "WriteStatsToHardLink"},
};

const Row& row_of(FileKind kind) {
    for (const Row& row : kRows) {
        if (row.kind == kind) return row;
    }
    return kRows.front();
}

}  // namespace

SafeFilePolicy file_policy(const Options& options, FileKind kind, uid_t owner) {
    const BlameSet& blame = options.dont_blame_sendmail;
    const auto has = [&blame](std::string_view word) { return !word.empty() && blame.has(word); };
    const Row& row = row_of(kind);
    SafeFilePolicy policy;
    policy.safe = has("GroupWritableDirPathSafe") ? Writers::kGroup : Writers::kNobody;
    policy.directories = std::max(row.directories, policy.safe);
    if (has(row.group_directory))
        policy.directories = std::max(policy.directories, Writers::kGroup);
    if (has(row.unsafe_directory)) policy.directories = Writers::kEverybody;
    policy.trust_sticky_bit = has("TrustStickyBit");
    policy.symbolic_links = has(row.linked) ? Links::kAllowed : row.links;
    policy.hard_links = policy.symbolic_links;
    for (const LinkWords& words : kLinkWords) {
        if (words.kind != kind) continue;
        if (has(words.symbolic)) policy.symbolic_links = Links::kAllowed;
        if (has(words.hard)) policy.hard_links = Links::kAllowed;
    }
    policy.group_writable = row.group_writable.empty() || has(row.group_writable);
    policy.world_writable = row.world_writable.empty() || has(row.world_writable);
    policy.root_bits = row.root_bits;
    policy.must_own = kind == FileKind::kForward;
    policy.no_executables = kind == FileKind::kMapWrite;
    policy.owner_uid = owner;
    if (options.trusted_user_ids) policy.trusted_user = options.trusted_user_ids->uid;
    return policy;
}

Result<SafeFile> open_checked(const Options& options, FileKind kind, const std::string& path,
                              int flags, mode_t mode) {
    return open_safe_file(path, flags, mode, file_policy(options, kind));
}

std::string unsafe_program(const Options& options, const std::string& path) {
    const SafeFilePolicy policy = file_policy(options, FileKind::kProgram);
    const auto place = check_directories(path, policy);
    if (!place.ok()) return place.error().sys_errno == 0 ? place.error().text : std::string();
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        return errno == ENOENT ? std::string(std::strerror(ENOENT)) : std::string();
    }
    if (!S_ISREG(info.st_mode)) return {};
    if (!policy.group_writable && (info.st_mode & S_IWGRP) != 0) return "Group writable file";
    if (!policy.world_writable && (info.st_mode & S_IWOTH) != 0) return "World writable file";
    return {};
}

Result<UniqueFd> open_map_file(const Options& options, const MapEnvironment& environment,
                               const std::string& path) {
    const SafeFilePolicy policy = file_policy(options, FileKind::kMap);
    const auto place = check_directories(path, policy);
    if (place.ok() && !place->unsafe_reason.empty() && environment.report) {
        environment.report(cat("WARNING: ", place->unsafe_reason, " ", place->unsafe_directory));
    }
    SM_TRY(SafeFile file, open_safe_file(path, O_RDONLY, 0, policy));
    return std::move(file.fd);
}

std::string support_file(const Config& config, FileKind kind) {
    if (kind == FileKind::kHelp) return config.options.help_file;
    if (kind == FileKind::kStatistics) return config.options.status_file;
    const std::string& header = config.options.error_header;
    return kind == FileKind::kErrorHeader && header.starts_with('/') ? header : std::string();
}

Result<UniqueFd> open_support_file(const Config& config, FileKind kind) {
    const std::string path = support_file(config, kind);
    if (path.empty()) return make_error(Exit::kNoInput, "no such file");
    const auto& open = config.maps().environment().open_file;
    if (open) return open(path);
    SM_TRY(SafeFile file, open_checked(config.options, kind, path,
                                       kind == FileKind::kStatistics ? O_RDWR : O_RDONLY));
    return std::move(file.fd);
}

Result<std::string> read_support_file(const Config& config, FileKind kind, std::size_t max) {
    SM_TRY(const UniqueFd fd, open_support_file(config, kind));
    return read_all(fd.get(), max);
}

Result<std::string> read_checked(const Options& options, FileKind kind, const std::string& path,
                                 std::size_t max) {
    SM_TRY(const SafeFile file, open_checked(options, kind, path, O_RDONLY));
    return read_all(file.fd.get(), max);
}

}  // namespace sm
