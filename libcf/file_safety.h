// How safe each kind of file must be: what DontBlameSendmail allows. Source: operations guide
// 4.9.2; doc/file-safety.md.
#pragma once

#include <array>
#include <string>

#include "libcf/config.h"
#include "libmap/map_types.h"
#include "libsm/safe_file.h"

namespace sm {

enum class FileKind {
    kClass,
    kMap,
    kMapWrite,  // an alias database that is rebuilt
    kAliasText,
    kHelp,
    kErrorHeader,
    kServiceSwitch,
    kForward,
    kInclude,
    kDelivery,
    kStatistics,
    kDeadLetter,
    kHostStatus,  // the directories; their files are no links
    kProgram,     // of a mailer
};

// owner: for kForward, whose file it is.
[[nodiscard]] SafeFilePolicy file_policy(const Options& options, FileKind kind, uid_t owner = 0);

// open_safe_file with that policy.
[[nodiscard]] Result<SafeFile> open_checked(const Options& options, FileKind kind,
                                            const std::string& path, int flags, mode_t mode = 0);

// Why the program of a mailer is not safe to run ("Group writable directory", "World writable
// file"); "": it is, or a word allows it, or this process cannot tell.
[[nodiscard]] std::string unsafe_program(const Options& options, const std::string& path);

// Opens a file of a map for reading; complains of an unsafe directory that a word allows.
[[nodiscard]] Result<UniqueFd> open_map_file(const Options& options,
                                             const MapEnvironment& environment,
                                             const std::string& path);

// HelpFile, ErrorHeader (when it names a file) and StatusFile, which may be root's alone: through
// MapEnvironment::open_file in processes without rights. kStatistics is opened for writing too.
inline constexpr std::array kSupportFiles = {FileKind::kHelp, FileKind::kErrorHeader,
                                             FileKind::kStatistics};
[[nodiscard]] std::string support_file(const Config& config, FileKind kind);
[[nodiscard]] Result<UniqueFd> open_support_file(const Config& config, FileKind kind);
[[nodiscard]] Result<std::string> read_support_file(const Config& config, FileKind kind,
                                                    std::size_t max);

// The whole text of a file that is read (not kForward, kInclude, kDelivery).
[[nodiscard]] Result<std::string> read_checked(const Options& options, FileKind kind,
                                               const std::string& path,
                                               std::size_t max = 64U << 20);

}  // namespace sm
