// Macros live in scopes: config < session < envelope < recipient/mailer; never process-wide.
// Names are without "$" and braces: "j", "client_addr".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libsm/strings.h"

namespace sm {

class MacroScope {
  public:
    // parent: consulted for names not set here; outlives this scope; may be nullptr.
    explicit MacroScope(const MacroScope* parent = nullptr) : parent_(parent) {}

    // The value seen from this scope; nullptr: unset. The pointer is good until the next set.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    // The value, or "" when unset.
    [[nodiscard]] std::string_view get(std::string_view name) const;

    void set(std::string_view name, std::string_view value);
    // As set, for text of the configuration (D lines): references to other macros in `text` are
    // expanded by expand_macros each time this one is. A value from set() is never expanded.
    void define(std::string_view name, std::string_view text);
    // True when the value seen from this scope came from define().
    [[nodiscard]] bool is_template(std::string_view name) const;
    // Unset here, also when a parent has a value.
    void hide(std::string_view name);
    // Forgets all that was set in this scope.
    void clear() { values_.clear(); }
    void set_parent(const MacroScope* parent) { parent_ = parent; }
    // Names set in this scope with their values, sorted (qf files, -bt, dumps).
    [[nodiscard]] std::map<std::string, std::string> own() const;

  private:
    struct Entry {
        std::string value;
        bool hidden = false;
        bool is_template = false;
    };
    [[nodiscard]] const Entry* find_entry(std::string_view name) const;

    const MacroScope* parent_;
    std::unordered_map<std::string, Entry, StringHash, std::equal_to<>> values_;
};

}  // namespace sm
