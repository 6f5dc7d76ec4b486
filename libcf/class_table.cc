#include "libcf/class_table.h"

#include <algorithm>

namespace sm {

bool WordSet::add(std::string_view word) {
    if (word.empty() || contains(word)) return false;
    members_.push_back(Member{folded_hash(word), std::string(word)});
    longest_ = std::max(longest_, word.size());
    if (members_.size() * 2 > slots_.size()) {
        grow();
    } else {
        insert_slot(members_.size() - 1);
    }
    return true;
}

void WordSet::grow() {
    slots_.assign(std::max<std::size_t>(8, slots_.size() * 2), 0);
    for (std::size_t i = 0; i < members_.size(); ++i) insert_slot(i);
}

void WordSet::insert_slot(std::size_t member) {
    std::size_t i = members_[member].hash & (slots_.size() - 1);
    while (slots_[i] != 0) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = static_cast<std::uint32_t>(member + 1);
}

std::vector<std::string_view> WordSet::members() const {
    std::vector<std::string_view> out;
    out.reserve(members_.size());
    for (const Member& member : members_) out.emplace_back(member.word);
    return out;
}

std::uint32_t ClassTable::number_of(std::string_view name) {
    const auto known = numbers_.find(name);
    if (known != numbers_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(sets_.size());
    numbers_.emplace(std::string(name), number);
    sets_.emplace_back();
    names_.emplace_back(name);
    return number;
}

void ClassTable::add(std::string_view name, std::string_view word) {
    const std::uint32_t number = number_of(name);
    if (word.empty()) return;
    spellings_.add(word);
    sets_[number].add(spellings_.spelling(word));
}

const WordSet* ClassTable::find(std::string_view name) const {
    const auto known = numbers_.find(name);
    return known != numbers_.end() ? &sets_[known->second] : nullptr;
}

void ClassTable::set_cert_altnames(const std::vector<std::string>& names) const {
    const auto found = numbers_.find("cert_altnames");
    if (found == numbers_.end()) return;
    WordSet words;
    for (const std::string& name : names) words.add(name);
    sets_[found->second] = std::move(words);
}

}  // namespace sm
