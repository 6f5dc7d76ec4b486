// CommonMap: what the classes share: flags parsed, keys folded, values formed; -t, -T, -o, -D.
#pragma once

#include <optional>

#include "libmap/map_flags.h"
#include "libmap/map_types.h"

namespace sm {

// While DeliveryMode is `defer` a map with -D is not asked: why, else nullopt.
[[nodiscard]] std::optional<Error> deferred_failure(const MapEnvironment& environment);

class CommonMap : public Map {
  public:
    CommonMap(MapFlags flags, const MapEnvironment& environment)
        : flags_(std::move(flags)), environment_(environment) {}

    [[nodiscard]] Result<std::optional<std::string>> lookup(std::string_view key,
                                                            const MapArgs& args,
                                                            Deadline deadline) final;
    [[nodiscard]] const Error* masked_failure() const final {
        return masked_ ? &*masked_ : nullptr;
    }

    // The plain question: without -t, -T and the removal of quotes.
    [[nodiscard]] MapProbe probe(std::string_view key, const MapArgs& args,
                                 Deadline deadline) override;

  protected:
    // The stored value of a key that is folded already. Same three outcomes.
    [[nodiscard]] virtual Result<std::optional<std::string>> find(std::string_view key,
                                                                  const MapArgs& args,
                                                                  Deadline deadline) = 0;
    [[nodiscard]] const MapFlags& flags() const { return flags_; }
    [[nodiscard]] const MapEnvironment& environment() const { return environment_; }

  private:
    MapFlags flags_;
    const MapEnvironment& environment_;
    std::optional<Error> masked_;
};

}  // namespace sm
