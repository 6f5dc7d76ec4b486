// EntryTable: the entries of a map that is being built, in memory: keys are found at once, and the
// file can be written in the order that suits it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace sm {

class EntryTable {
  public:
    struct Entry {
        const char* data = nullptr;  // the key, the value behind it; nullptr: erased
        std::uint32_t key_size = 0;
        std::uint32_t value_size = 0;
        std::uint32_t hash = 0;  // of the key

        [[nodiscard]] std::string_view key() const { return {data, key_size}; }
        [[nodiscard]] std::string_view value() const { return {data + key_size, value_size}; }
    };

    // What happens to a key that is there already.
    enum class IfThere { kRefuse, kReplace, kAdd };

    // False: refused.
    [[nodiscard]] bool put(std::string_view key, std::string_view value, IfThere if_there);
    // Takes all entries of a key out. False: there is none.
    [[nodiscard]] bool erase(std::string_view key);

    // In the order they came; erased ones have no data.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    // Octets of all keys and values that were ever put.
    [[nodiscard]] std::size_t octets() const { return octets_; }

    // The entries that are there, ordered by key octets; those of one key as they came.
    [[nodiscard]] std::vector<Entry> sorted_by_key() const;
    // As libdb's hash: Fowler/Noll/Vo, multiplied first. cdb and our index take it as well.
    [[nodiscard]] static std::uint32_t hash_of(std::string_view key);

  private:
    // The place in index_ of a key: of its first entry, or free.
    [[nodiscard]] std::size_t place_of(std::string_view key, std::uint32_t hash) const;
    void grow();
    const char* store(std::string_view key, std::string_view value);

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> index_;  // number of an entry + 1; 0: free
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t left_ = 0;
    char* next_ = nullptr;
    std::size_t used_ = 0;
    std::size_t octets_ = 0;
};

}  // namespace sm
