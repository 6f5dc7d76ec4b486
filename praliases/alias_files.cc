#include "praliases/alias_files.h"

#include "libmap/cf_values.h"
#include "libsm/strings.h"

namespace sm {

AliasFileSpec parse_alias_spec(std::string_view spec) {
    AliasFileSpec out{"implicit", ""};
    spec = trim(spec);
    const std::size_t colon = spec.find(':');
    if (colon != std::string_view::npos && spec.find('/') > colon) {
        out.type = std::string(trim(spec.substr(0, colon)));
        spec = trim(spec.substr(colon + 1));
    }
    std::string_view word = next_word(spec);
    while (word.starts_with('-')) word = next_word(spec);
    out.path = std::string(word);
    return out;
}

std::vector<AliasFileSpec> alias_files_of(std::string_view configuration) {
    std::vector<AliasFileSpec> out;
    for (const std::string_view value : options_in_text(configuration, "AliasFile", 'A')) {
        for (const std::string_view spec : split(value, ',')) {
            AliasFileSpec one = parse_alias_spec(spec);
            if (!one.path.empty()) out.push_back(std::move(one));
        }
    }
    return out;
}

}  // namespace sm
