#include "sendmail/deliver/client_features.h"

#include <algorithm>
#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

struct Letter {
    char letter;  // upper case: off
    bool ClientFeatures::*member;
};

constexpr std::array kLetters = {
    Letter{'A', &ClientFeatures::auth},     Letter{'D', &ClientFeatures::dane},
    Letter{'M', &ClientFeatures::sts},      Letter{'P', &ClientFeatures::pipelining},
    Letter{'S', &ClientFeatures::starttls},
};

}  // namespace

ClientFeatures parse_client_features(std::string_view letters) {
    ClientFeatures out;
    for (const char c : letters) {
        if (is_space(c)) continue;
        const auto row = std::find_if(kLetters.begin(), kLetters.end(), [c](const Letter& each) {
            return each.letter == to_upper(c);
        });
        if (row == kLetters.end()) {
            // "<?>": what the classic cf tree's ruleset says where nothing was found.
            if (!is_alnum(c)) continue;
            out.complaints.push_back(cat("unknown feature ", printable(std::string(1, c))));
        } else {
            out.*row->member = !is_upper(c);
        }
    }
    return out;
}

}  // namespace sm
