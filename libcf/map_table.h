// The maps declared by K lines (and `host`, which is predeclared), by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libmap/map.h"
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

  private:
    std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> index_;
    std::vector<std::unique_ptr<Map>> maps_;
};

}  // namespace sm
