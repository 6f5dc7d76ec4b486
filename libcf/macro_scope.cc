#include "libcf/macro_scope.h"

namespace sm {

const MacroScope::Entry* MacroScope::find_entry(std::string_view name) const {
    for (const MacroScope* scope = this; scope != nullptr; scope = scope->parent_) {
        const auto entry = scope->values_.find(name);
        if (entry != scope->values_.end()) {
            return entry->second.hidden ? nullptr : &entry->second;
        }
    }
    return nullptr;
}

const std::string* MacroScope::find(std::string_view name) const {
    const Entry* entry = find_entry(name);
    return entry != nullptr ? &entry->value : nullptr;
}

bool MacroScope::is_template(std::string_view name) const {
    const Entry* entry = find_entry(name);
    return entry != nullptr && entry->is_template;
}

std::string_view MacroScope::get(std::string_view name) const {
    const std::string* value = find(name);
    return value != nullptr ? std::string_view(*value) : std::string_view();
}

void MacroScope::set(std::string_view name, std::string_view value) {
    const auto entry = values_.find(name);
    if (entry == values_.end()) {
        values_.emplace(std::string(name), Entry{std::string(value), false, false});
    } else {
        entry->second = Entry{std::string(value), false, false};
    }
}

void MacroScope::define(std::string_view name, std::string_view text) {
    values_.insert_or_assign(std::string(name), Entry{std::string(text), false, true});
}

void MacroScope::hide(std::string_view name) {
    values_.insert_or_assign(std::string(name), Entry{{}, true, false});
}

std::map<std::string, std::string> MacroScope::own() const {
    std::map<std::string, std::string> out;
    for (const auto& [name, entry] : values_) {
        if (!entry.hidden) out.emplace(name, entry.value);
    }
    return out;
}

}  // namespace sm
