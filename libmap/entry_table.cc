#include "libmap/entry_table.h"

#include <algorithm>
#include <cstring>

namespace sm {
namespace {

constexpr std::size_t kChunk = 1U << 20;

constexpr std::size_t kHead = sizeof(std::uint64_t);

// An entry while it is sorted: eight octets of its key as a number that orders like them.
struct Head {
    std::uint64_t octets;
    std::uint32_t number;
    std::uint32_t length;  // how many of them are the key's; more than eight: it goes on

    // Of equal octets the shorter key is first: what it lacks are the zeros that fill up.
    bool operator<(const Head& other) const {
        if (octets != other.octets) return octets < other.octets;
        return length != other.length ? length < other.length : number < other.number;
    }
};

void load(Head& head, std::string_view key, std::size_t from) {
    const std::string_view rest = key.substr(from);
    unsigned char octets[kHead] = {};
    std::memcpy(octets, rest.data(), std::min(rest.size(), kHead));
    head.octets = 0;
    for (const unsigned char octet : octets) head.octets = head.octets << 8 | octet;
    head.length = static_cast<std::uint32_t>(std::min(rest.size(), kHead + 1));
}

// Sorts by eight octets at a time; the keys themselves are read once for each.
void sort_heads(std::vector<Head>& heads, const std::vector<EntryTable::Entry>& entries) {
    struct Range {
        std::size_t first, last, depth;
    };
    std::vector<Range> todo{{0, heads.size(), 0}};
    while (!todo.empty()) {
        const Range range = todo.back();
        todo.pop_back();
        for (std::size_t i = range.first; i < range.last; ++i) {
            load(heads[i], entries[heads[i].number].key(), range.depth);
        }
        std::sort(heads.begin() + static_cast<std::ptrdiff_t>(range.first),
                  heads.begin() + static_cast<std::ptrdiff_t>(range.last));
        for (std::size_t i = range.first; i < range.last;) {
            std::size_t same = i + 1;
            while (same < range.last && heads[same].octets == heads[i].octets &&
                   heads[same].length == heads[i].length) {
                ++same;
            }
            if (same - i > 1 && heads[i].length > kHead)
                todo.push_back({i, same, range.depth + kHead});
            i = same;
        }
    }
}

}  // namespace

std::uint32_t EntryTable::hash_of(std::string_view key) {
    std::uint32_t out = 0;
    for (const char c : key) out = out * 16777619U ^ static_cast<unsigned char>(c);
    return out;
}

std::size_t EntryTable::place_of(std::string_view key, std::uint32_t hash) const {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = (hash * std::uint64_t{0x9E3779B97F4A7C15U} >> 32) & mask;
    while (index_[at] != 0) {
        const Entry& entry = entries_[index_[at] - 1];
        if (entry.hash == hash && entry.key_size == key.size() && entry.data != nullptr &&
            entry.key() == key) {
            return at;
        }
        at = (at + 1) & mask;
    }
    return at;
}

void EntryTable::grow() {
    const std::size_t size = std::max<std::size_t>(1024, index_.size() * 4);
    std::vector<std::uint32_t> old(size);
    old.swap(index_);
    for (const std::uint32_t number : old) {
        if (number == 0 || entries_[number - 1].data == nullptr) continue;
        std::size_t at =
            (entries_[number - 1].hash * std::uint64_t{0x9E3779B97F4A7C15U} >> 32) & (size - 1);
        while (index_[at] != 0) at = (at + 1) & (size - 1);
        index_[at] = number;
    }
}

const char* EntryTable::store(std::string_view key, std::string_view value) {
    const std::size_t size = std::max<std::size_t>(1, key.size() + value.size());
    if (size > left_) {
        left_ = std::max(size, kChunk);
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
        next_ = chunks_.back().get();
    }
    char* out = next_;
    if (!key.empty()) std::memcpy(out, key.data(), key.size());
    if (!value.empty()) std::memcpy(out + key.size(), value.data(), value.size());
    next_ += size;
    left_ -= size;
    octets_ += size;
    return out;
}

bool EntryTable::put(std::string_view key, std::string_view value, IfThere if_there) {
    if (used_ * 2 >= index_.size()) grow();
    const std::uint32_t hash = hash_of(key);
    const std::size_t at = place_of(key, hash);
    const bool there = index_[at] != 0;
    if (there && if_there == IfThere::kRefuse) return false;
    const Entry entry{store(key, value), static_cast<std::uint32_t>(key.size()),
                      static_cast<std::uint32_t>(value.size()), hash};
    if (there && if_there == IfThere::kReplace) {
        entries_[index_[at] - 1] = entry;
        return true;
    }
    entries_.push_back(entry);
    if (!there) {
        index_[at] = static_cast<std::uint32_t>(entries_.size());
        ++used_;
    }
    return true;
}

bool EntryTable::erase(std::string_view key) {
    if (index_.empty()) return false;
    const std::uint32_t hash = hash_of(key);
    if (index_[place_of(key, hash)] == 0) return false;
    for (Entry& entry : entries_) {
        if (entry.data != nullptr && entry.hash == hash && entry.key() == key) entry.data = nullptr;
    }
    return true;
}

std::vector<EntryTable::Entry> EntryTable::sorted_by_key() const {
    std::vector<Head> heads;
    heads.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].data != nullptr) heads.push_back({0, static_cast<std::uint32_t>(i), 0});
    }
    sort_heads(heads, entries_);
    std::vector<Entry> out;
    out.reserve(heads.size());
    for (const Head& head : heads) out.push_back(entries_[head.number]);
    return out;
}

}  // namespace sm
