// The control file of a job ("qf"), format V8: text to Envelope and back. Formats only; who may
// write or trust such a file is decided in queue_store. Every record letter, its order and its
// escapes: ../doc/design/queue.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// A macro of control files, which others ignore: the envelope sender for the recipients behind it,
// members of a list with an owner- alias. Empty: that of the message.
inline constexpr std::string_view kListOwner = "list_owner";

// What a control file says beside the envelope.
struct QfExtras {
    // I: where the body was when the file was written.
    struct BodyPlace {
        unsigned device_major = 0;
        unsigned device_minor = 0;
        std::uint64_t inode = 0;
    };
    std::optional<BodyPlace> body_place{};
    // d: the queue directory of the body when it is not that of the control file.
    std::string body_directory;
    // Octets of the body, kept as the macro ${body_octets}, which others ignore: a body that is
    // shorter was cut by a crash before its job was acknowledged.
    std::optional<std::int64_t> body_octets{};
    // Record letters that were not understood (the records were skipped).
    std::string unknown;
};

// The macros that every control file keeps, where set; class {persistentMacros} adds to them.
[[nodiscard]] const std::vector<std::string>& standard_saved_macros();

// The text of the control file. Recipients in state kQueued and kFailed are written (a failed one
// leaves the file when its bounce is safe), the others are not. Line ends inside values become
// blanks, so that no value can forge a record.
// saved_macros: names without "$" and braces; those set in envelope.macros are written.
[[nodiscard]] std::string encode_qf(const Envelope& envelope, const QfExtras& extras,
                                    const std::vector<std::string>& saved_macros);

// Reads a control file into *envelope (id, body and derived values are the caller's business).
// Errors: kDataErr with text "incomplete queue file read" when the file is empty or the final "."
// is missing; "unsupported queue file version" above 8; else what is wrong with which record.
[[nodiscard]] Status decode_qf(std::string_view text, Envelope* envelope, QfExtras* extras);

// The longest prefix of `text` that decode_qf understands, for listings of unreadable files.
void decode_qf_leniently(std::string_view text, Envelope* envelope, QfExtras* extras);

inline constexpr int kQfVersion = 8;
inline constexpr std::string_view kIncompleteQf = "incomplete queue file read";
inline constexpr std::string_view kUnsupportedQf = "unsupported queue file version";

}  // namespace sm
