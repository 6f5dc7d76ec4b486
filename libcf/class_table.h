// Classes: sets of words, compared without regard to case. A member may consist of several tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsm/strings.h"

namespace sm {

// FNV-1a over the text folded to lower case; pieces can be hashed one after the other.
inline constexpr std::uint64_t kFoldedHashStart = 1469598103934665603ULL;
[[nodiscard]] constexpr std::uint64_t folded_hash(std::string_view text,
                                                  std::uint64_t hash = kFoldedHashStart) {
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(to_lower(c))) * 1099511628211ULL;
    }
    return hash;
}

// One class. Members keep the spelling in which they came first.
class WordSet {
  public:
    // False: it was there already. Empty words are not added.
    bool add(std::string_view word);
    [[nodiscard]] bool contains(std::string_view word) const {
        return find(folded_hash(word), word.size(),
                    [word](std::string_view member) { return iequals(member, word); });
    }
    // The member as it is spelt; "" when there is none.
    [[nodiscard]] std::string_view spelling(std::string_view word) const {
        std::string_view out;
        static_cast<void>(find(folded_hash(word), word.size(), [&](std::string_view member) {
            if (!iequals(member, word)) return false;
            out = member;
            return true;
        }));
        return out;
    }
    // `hash`: folded_hash of the candidate, `size` its octets, `same(member)`: full comparison.
    template <typename Same>
    [[nodiscard]] bool find(std::uint64_t hash, std::size_t size, const Same& same) const {
        if (slots_.empty()) return false;
        for (std::size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
            if (slots_[i] == 0) return false;
            const Member& member = members_[slots_[i] - 1];
            if (member.hash == hash && member.word.size() == size && same(member.word)) return true;
        }
    }
    [[nodiscard]] std::size_t longest() const { return longest_; }
    [[nodiscard]] std::size_t size() const { return members_.size(); }
    // In order of addition.
    [[nodiscard]] std::vector<std::string_view> members() const;

  private:
    struct Member {
        std::uint64_t hash;
        std::string word;
    };
    void grow();
    void insert_slot(std::size_t member);

    std::vector<Member> members_;
    std::vector<std::uint32_t> slots_;  // member index + 1, 0: free; a power of two
    std::size_t longest_ = 0;
};

class ClassTable {
  public:
    // The number of a class, made empty when it did not exist. Numbers and their sets stay.
    [[nodiscard]] std::uint32_t number_of(std::string_view name);
    // nullptr: no such class.
    [[nodiscard]] const WordSet* find(std::string_view name) const;
    [[nodiscard]] const WordSet& at(std::uint32_t number) const { return sets_[number]; }
    // A word keeps the spelling that it had first, in whatever class.
    void add(std::string_view name, std::string_view word);
    [[nodiscard]] bool contains(std::string_view name, std::string_view word) const {
        const WordSet* set = find(name);
        return set != nullptr && set->contains(word);
    }
    // The one class that changes after the configuration is read: {cert_altnames}, the DNS names in
    // the certificate of the other side of this process's connection (option SetCertAltnames).
    void set_cert_altnames(const std::vector<std::string>& names) const;
    [[nodiscard]] std::string_view name(std::uint32_t number) const { return names_[number]; }
    [[nodiscard]] std::size_t size() const { return sets_.size(); }

  private:
    std::unordered_map<std::string, std::uint32_t, StringHash, std::equal_to<>> numbers_;
    mutable std::vector<WordSet> sets_;  // but for {cert_altnames} as the configuration has them
    std::vector<std::string> names_;
    WordSet spellings_;
};

}  // namespace sm
