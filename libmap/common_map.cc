#include "libmap/common_map.h"

namespace sm {

Result<std::optional<std::string>> CommonMap::lookup(std::string_view key, const MapArgs& args,
                                                     Deadline deadline) {
    masked_.reset();
    if (flags_.skip_deferred && environment_.deferred && environment_.deferred()) {
        return std::optional<std::string>();
    }
    const std::string plain = flags_.keep_quotes ? std::string(key) : strip_quotes(key);
    auto stored = find(fold_key(flags_, plain), args, deadline);
    if (!stored.ok()) {
        if (flags_.append_temporary) {
            if (!flags_.temporary_absent) masked_ = std::move(stored).error();
            return std::optional<std::string>(plain + *flags_.append_temporary);
        }
        if (flags_.temporary_absent) return std::optional<std::string>();
        return std::move(stored).error();
    }
    if (!stored->has_value()) return std::optional<std::string>();
    return std::optional<std::string>(form_value(flags_, plain, **stored, args));
}

}  // namespace sm
