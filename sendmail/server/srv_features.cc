#include "sendmail/server/srv_features.h"

#include <algorithm>
#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

struct Letter {
    char letter;  // lower case: on
    bool SrvFeatures::*member;
};

constexpr std::array kLetters = {
    Letter{'a', &SrvFeatures::auth},
    Letter{'b', &SrvFeatures::verb},
    Letter{'c', &SrvFeatures::auth_needs_layer},
    Letter{'d', &SrvFeatures::dsn},
    Letter{'e', &SrvFeatures::etrn},
    Letter{'f', &SrvFeatures::wait_for_replies},
    Letter{'h', &SrvFeatures::close_on_http},
    Letter{'l', &SrvFeatures::require_auth},
    Letter{'p', &SrvFeatures::pipelining},
    Letter{'s', &SrvFeatures::starttls},
    Letter{'v', &SrvFeatures::request_cert},
    Letter{'x', &SrvFeatures::expn},
};

bool apply_switch(char c, SrvFeatures* features) {
    for (const Letter& row : kLetters) {
        if (row.letter != to_lower(c)) continue;
        features->*row.member = !is_upper(c);
        return true;
    }
    return false;
}

// G, g, g2 ... for the letter of a bare octet. 3 (and every other variant) behaves as reject.
BareOctet bare_policy(char letter, char variant) {
    if (is_upper(letter)) return BareOctet::kAccept;
    return variant == '2' ? BareOctet::kSpace : BareOctet::kReject;
}

// Blanks, and what is a token of its own in a result (with the usual OperatorChars).
constexpr std::string_view kBetweenWords = " \t,;.:%@!^/[]+()<>";

void apply_word(std::string_view word, SrvFeatures* features) {
    const char c = word[0];
    const char variant = word.size() > 1 && is_digit(word[1]) ? word[1] : '\0';
    const char folded = to_lower(c);
    if (folded == 'g') {
        features->lines.line_feed = bare_policy(c, variant);
    } else if (folded == 'u') {
        features->lines.carriage_return = bare_policy(c, variant);
    } else if (folded == 'o') {
        features->lines.other_end = is_upper(c);
    } else if (!apply_switch(c, features)) {
        features->complaints.push_back(cat("unknown feature ", c));
    } else if (variant != '\0') {
        features->complaints.push_back(cat("unknown variant ", variant, " of feature ", c));
    }
    // Who may not see lists may not see them in a transcript either.
    if (c == 'X') features->verb = false;
}

}  // namespace

void apply_feature_letters(std::string_view letters, SrvFeatures* features) {
    std::size_t at = letters.find_first_not_of(kBetweenWords);
    while (at != std::string_view::npos) {
        const std::size_t end = std::min(letters.find_first_of(kBetweenWords, at), letters.size());
        apply_word(letters.substr(at, end - at), features);
        at = letters.find_first_not_of(kBetweenWords, end);
    }
}

}  // namespace sm
