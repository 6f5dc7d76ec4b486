#include "libmap/alias_spec.h"

#include "libsm/strings.h"

namespace sm {

bool AliasSpec::has_flag(char letter) const {
    for (const std::string_view word : split_words(words)) {
        if (word.size() > 1 && word.front() == '-' && word[1] == letter) return true;
    }
    return false;
}

AliasSpec parse_alias_spec(std::string_view text) {
    AliasSpec out;
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find('/') > colon) {
        out.type = lower(trim(text.substr(0, colon)));
        out.typed = true;
        text.remove_prefix(colon + 1);
    }
    out.words = trim(text);
    for (const std::string_view word : split_words(out.words)) {
        if (word.starts_with('-')) continue;
        out.path = word;
        break;
    }
    return out;
}

}  // namespace sm
