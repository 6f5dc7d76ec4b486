#include "libcf/alias_databases.h"

#include "libcf/map_table.h"
#include "libmap/map_types.h"
#include "libsm/strings.h"

namespace sm {

std::vector<std::string> declare_alias_databases(Config& config) {
    std::vector<std::string> complaints;
    std::size_t number = 0;
    for (const std::string& entry : config.options.alias_file) {
        if (entry.empty()) continue;
        std::string type = "implicit";
        std::string spec = entry;
        const std::size_t colon = entry.find(':');
        if (colon != std::string::npos && entry.find('/') > colon) {
            type = entry.substr(0, colon);
            spec = entry.substr(colon + 1);
        }
        const std::string name = cat("Alias", number);
        auto made = make_map(name, type, trim(spec), config.maps().environment());
        if (!made.ok()) {
            complaints.push_back(cat("setalias: ", made.error().text));
            continue;
        }
        config.maps().add(std::move(made).value());
        ++number;
    }
    return complaints;
}

}  // namespace sm
