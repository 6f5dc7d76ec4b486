#include "libmap/common_map.h"

#include <fcntl.h>

#include "libsm/files.h"

namespace sm {

Result<UniqueFd> open_for_map(const MapEnvironment& environment, const std::string& path) {
    if (environment.open_file) return environment.open_file(path);
    if (environment.open_checked) return environment.open_checked(path);
    return open_file(path, O_RDONLY);
}

std::optional<Error> deferred_failure(const MapEnvironment& environment) {
    if (!environment.deferred || !environment.deferred()) return std::nullopt;
    return make_error(Exit::kTempFail, "");
}

Result<std::optional<std::string>> CommonMap::lookup(std::string_view key, const MapArgs& args,
                                                     Deadline deadline) {
    masked_.reset();
    if (flags_.skip_deferred) masked_ = deferred_failure(environment_);
    if (masked_) return std::optional<std::string>();
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

MapProbe CommonMap::probe(std::string_view key, const MapArgs& args, Deadline deadline) {
    auto stored = find(fold_key(flags_, key), args, deadline);
    if (!stored.ok()) return {true, std::nullopt, static_cast<int>(stored.error().code)};
    if (!stored->has_value()) return {true, std::nullopt, absent_status()};
    return {true, form_value(flags_, key, **stored, args), 0};
}

}  // namespace sm
