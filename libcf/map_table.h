// The maps declared by K lines (and `host`, which is predeclared), by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcf/macro_scope.h"
#include "libmap/map_types.h"
#include "libsm/strings.h"

namespace sm {

class MapTable {
  public:
    // Names are compared without regard to case. nullptr: no such map.
    [[nodiscard]] Map* find(std::string_view name) const;
    // Replaces a map of the same name.
    void add(std::unique_ptr<Map> map);
    // In order of declaration.
    [[nodiscard]] std::vector<Map*> all() const;

    // What the maps see of the rest of the program; filled by cf_reader.
    [[nodiscard]] MapEnvironment& environment() { return environment_; }
    [[nodiscard]] const MapEnvironment& environment() const { return environment_; }

    // The macros that class macro sets and others read: those of the rewriting that looks up.
    void use_macros(MacroScope* scope) const { scope_ = scope; }
    [[nodiscard]] MacroScope* macros_in_use() const { return scope_; }

  private:
    std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> index_;
    std::vector<std::unique_ptr<Map>> maps_;
    MapEnvironment environment_;
    mutable MacroScope* scope_ = nullptr;
};

}  // namespace sm
