// The sets of words of PrivacyOptions and DontBlameSendmail.
#include "libcf/options.h"

#include <array>

#include "libsm/strings.h"

namespace sm {

namespace {

struct PrivacyWord {
    std::string_view word;
    std::uint16_t bits;
};

constexpr std::uint16_t bit(Privacy word) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(word));
}

constexpr std::uint16_t kGoAway = static_cast<std::uint16_t>(
    bit(Privacy::kNeedMailHelo) | bit(Privacy::kNeedExpnHelo) | bit(Privacy::kNeedVrfyHelo) |
    bit(Privacy::kNoexpn) | bit(Privacy::kNovrfy) | bit(Privacy::kNoverb) |
    bit(Privacy::kAuthwarnings));

constexpr std::array kPrivacyWords = {
    PrivacyWord{"public", 0},
    PrivacyWord{"needmailhelo", bit(Privacy::kNeedMailHelo)},
    PrivacyWord{"needexpnhelo", bit(Privacy::kNeedExpnHelo)},
    PrivacyWord{"needvrfyhelo", bit(Privacy::kNeedVrfyHelo)},
    PrivacyWord{"noexpn", bit(Privacy::kNoexpn) | bit(Privacy::kNoverb)},
    PrivacyWord{"novrfy", bit(Privacy::kNovrfy)},
    PrivacyWord{"noetrn", bit(Privacy::kNoetrn)},
    PrivacyWord{"noverb", bit(Privacy::kNoverb)},
    PrivacyWord{"restrictmailq", bit(Privacy::kRestrictMailq)},
    PrivacyWord{"restrictqrun", bit(Privacy::kRestrictQrun)},
    PrivacyWord{"restrictexpand", bit(Privacy::kRestrictExpand)},
    PrivacyWord{"noreceipts", bit(Privacy::kNoreceipts)},
    PrivacyWord{"nobodyreturn", bit(Privacy::kNobodyreturn)},
    PrivacyWord{"authwarnings", bit(Privacy::kAuthwarnings)},
    PrivacyWord{"noactualrecipient", bit(Privacy::kNoactualrecipient)},
    PrivacyWord{"goaway", kGoAway},
};

constexpr std::array<std::string_view, 44> kBlameWords = {
    "AssumeSafeChown",
    "CertOwner",
    "ClassFileInUnsafeDirPath",
    "DontWarnForwardFileInUnsafeDirPath",
    "ErrorHeaderInUnsafeDirPath",
    "FileDeliveryToHardLink",
    "FileDeliveryToSymLink",
    "ForwardFileInGroupWritableDirPath",
    "ForwardFileInUnsafeDirPath",
    "ForwardFileInUnsafeDirPathSafe",
    "GroupReadableDefaultAuthInfoFile",
    "GroupReadableKeyFile",
    "GroupReadableSASLDBFile",
    "GroupWritableAliasFile",
    "GroupWritableDirPathSafe",
    "GroupWritableForwardFile",
    "GroupWritableForwardFileSafe",
    "GroupWritableIncludeFile",
    "GroupWritableIncludeFileSafe",
    "GroupWritableSASLDBFile",
    "HelpFileInUnsafeDirPath",
    "IncludeFileInGroupWritableDirPath",
    "IncludeFileInUnsafeDirPath",
    "IncludeFileInUnsafeDirPathSafe",
    "InsufficientEntropy",
    "LinkedAliasFileInWritableDir",
    "LinkedClassFileInWritableDir",
    "LinkedForwardFileInWritableDir",
    "LinkedIncludeFileInWritableDir",
    "LinkedMapInWritableDir",
    "LinkedServiceSwitchFileInWritableDir",
    "MapInUnsafeDirPath",
    "NonRootSafeAddr",
    "RunProgramInUnsafeDirPath",
    "RunWritableProgram",
    "TrustStickyBit",
    "WorldWritableAliasFile",
    "WorldWritableForwardFile",
    "WorldWritableIncludeFile",
    "WriteMapToHardLink",
    "WriteMapToSymLink",
    "WriteStatsToHardLink",
    "WriteStatsToSymLink",
    "Safe",
};

std::size_t blame_index(std::string_view word) {
    std::size_t i = 0;
    while (i < kBlameWords.size() && !iequals(kBlameWords[i], word)) ++i;
    return i;
}

}  // namespace

bool PrivacySet::add_word(std::string_view word) {
    for (const PrivacyWord& row : kPrivacyWords) {
        if (!iequals(row.word, word)) continue;
        bits_ |= row.bits;
        return true;
    }
    return false;
}

bool BlameSet::has(std::string_view word) const {
    const std::size_t index = blame_index(word);
    return index < kBlameWords.size() && bits_[index];
}

bool BlameSet::add_word(std::string_view word) {
    const std::size_t index = blame_index(word);
    if (index >= kBlameWords.size()) return false;
    if (iequals(word, "Safe")) {
        bits_.reset();
    } else {
        bits_.set(index);
    }
    return true;
}

}  // namespace sm
