#include "praliases/alias_files.h"

#include "libmap/cf_values.h"
#include "libsm/strings.h"

namespace sm {

std::vector<AliasSpec> alias_files_of(std::string_view configuration) {
    std::vector<AliasSpec> out;
    for (const std::string_view value : options_in_text(configuration, "AliasFile", 'A')) {
        for (const std::string_view spec : split(value, ',')) {
            AliasSpec one = parse_alias_spec(spec);
            if (!one.path.empty()) out.push_back(std::move(one));
        }
    }
    return out;
}

}  // namespace sm
