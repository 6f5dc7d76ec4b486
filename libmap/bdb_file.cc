#include "libmap/bdb_file.h"

#include <algorithm>
#include <bit>

namespace sm {
namespace {

using Type = BdbPage::Type;

// No tree is deeper: each level has at least two branches.
constexpr int kDeepest = 32;

// Of a hash: one octet before each item, and what then follows.
constexpr unsigned char kHashData = 1;
constexpr unsigned char kHashList = 2;  // duplicates, each between its length and its length
constexpr unsigned char kHashOverflow = 3;
constexpr unsigned char kHashTree = 4;
constexpr std::size_t kHashPageAt = 4;
constexpr std::size_t kHashSizeAt = 8;
constexpr std::size_t kHashReference = 12;

// Of a btree: length (2 octets) and kind before each item of a leaf; in branches then an octet
// unused, the page below (4), and a number of records (4).
constexpr unsigned char kBtreeData = 1;
constexpr unsigned char kBtreeTree = 2;
constexpr unsigned char kBtreeOverflow = 3;
constexpr unsigned char kDeleted = 0x80;
constexpr std::size_t kBtreeKindAt = 2;
constexpr std::size_t kBtreeDataAt = 3;
constexpr std::size_t kBtreePageAt = 4;
constexpr std::size_t kBtreeSizeAt = 8;
constexpr std::size_t kBtreeReference = 12;
constexpr std::size_t kBranchData = 12;

// FNV-1, with 0 to begin with.
std::uint32_t hash_value(std::string_view key) {
    std::uint32_t out = 0;
    for (const char c : key) {
        out *= 16777619;
        out ^= static_cast<unsigned char>(c);
    }
    return out;
}

int sign_of(std::strong_ordering order) {
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

}  // namespace

struct BdbFile::Item {
    enum class Form : std::uint8_t { kOctets, kOverflow, kList, kTree };
    Form form = Form::kOctets;
    bool is_deleted = false;
    std::string_view octets{};  // kOctets, kList
    std::uint32_t page = 0;     // kOverflow, kTree
    std::uint32_t size = 0;     // kOverflow
};

Status BdbFile::open(int fd, BdbKind kind, const std::string& name) {
    kind_ = kind;
    return pages_.open(fd, kind, name);
}

Result<std::optional<std::string>> BdbFile::find(std::string_view key) const {
    std::optional<std::string> out;
    SM_TRY(const bool found, each_value(key, [&out](std::string_view value) {
               out.emplace(value);
               return false;
           }));
    static_cast<void>(found);
    return out;
}

Result<bool> BdbFile::each_value(std::string_view key, const Visitor& visit) const {
    return kind_ == BdbKind::kHash ? each_in_hash(key, visit) : each_in_btree(key, visit);
}

// How `key` stands to the item in the order of the file: before (-1), equal (0) or behind it (1).
// By octets; where one begins like the other a btree has the shorter one first, a hash the longer.
Result<int> BdbFile::compare(std::string_view key, const Item& item) const {
    std::string chain;
    std::string_view other = item.octets;
    if (item.form == Item::Form::kOverflow) {
        SM_TRY(chain, pages_.overflow(item.page, item.size));
        other = chain;
    }
    const std::size_t both = std::min(key.size(), other.size());
    const int order = sign_of(key.substr(0, both) <=> other.substr(0, both));
    if (order != 0) return order;
    const int by_size = sign_of(key.size() <=> other.size());
    return kind_ == BdbKind::kHash ? -by_size : by_size;
}

// Hash -----------------------------------------------------------------------

std::optional<BdbFile::Item> BdbFile::hash_item(const BdbPage& page, unsigned index) const {
    const auto at = page.item_at(index);
    const auto end = index == 0 ? page.size() : page.item_at(index - 1);
    if (!at || !end || *at >= *end) return std::nullopt;
    const std::size_t size = *end - *at;
    Item out;
    switch (page.u8(*at)) {
        case kHashData:
        case kHashList:
            out.form = page.u8(*at) == kHashList ? Item::Form::kList : Item::Form::kOctets;
            out.octets = *page.octets(*at + 1, size - 1);
            return out;
        case kHashOverflow:
            if (size < kHashReference) return std::nullopt;
            out.form = Item::Form::kOverflow;
            out.page = page.u32(*at + kHashPageAt);
            out.size = page.u32(*at + kHashSizeAt);
            return out;
        case kHashTree:
            if (size < kHashPageAt + sizeof(std::uint32_t)) return std::nullopt;
            out.form = Item::Form::kTree;
            out.page = page.u32(*at + kHashPageAt);
            return out;
        default:
            return std::nullopt;
    }
}

std::uint32_t BdbFile::bucket_page(std::string_view key) const {
    const BdbHead& head = pages_.head();
    const std::uint32_t value = hash_value(key);
    std::uint32_t bucket = value & head.high_mask;
    if (bucket > head.max_bucket) bucket = value & head.low_mask;
    // The least power of two that is not below bucket + 1 is of this number.
    return bucket +
           head.spares[static_cast<std::size_t>(std::bit_width(bucket)) % head.spares.size()];
}

// Whether the keys of the page stand in order: all pages but old ones, unless one refers to a chain
// of overflow pages, which the library has put wherever.
Result<bool> BdbFile::is_in_order(const BdbPage& page) const {
    if (page.type() != Type::kHash) return false;
    std::size_t end = page.size();
    for (unsigned i = 0; i + 1 < page.entries(); i += 2) {
        const auto at = page.item_at(i);
        const auto value_at = page.item_at(i + 1);
        if (!at || !value_at) return pages_.damaged(page.number());
        if (*at + kHashReference == end) return false;
        end = *value_at;
    }
    return true;
}

// The item whose key this is; nothing when it is not on the page.
Result<std::optional<unsigned>> BdbFile::find_in_bucket(const BdbPage& page,
                                                        std::string_view key) const {
    SM_TRY(const bool in_order, is_in_order(page));
    unsigned low = 0;
    unsigned high = page.entries() / 2;
    while (low < high) {
        const unsigned middle = in_order ? low + (high - low) / 2 : low;
        const auto item = hash_item(page, middle * 2);
        if (!item) return pages_.damaged(page.number());
        const bool is_chain = item->form == Item::Form::kOverflow;
        if (!in_order && (is_chain ? item->size : item->octets.size()) != key.size()) {
            ++low;
            continue;
        }
        SM_TRY(const int order, compare(key, *item));
        if (order == 0) return std::optional<unsigned>(middle * 2);
        if (order > 0 || !in_order) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return std::optional<unsigned>();
}

Result<bool> BdbFile::each_in_hash(std::string_view key, const Visitor& visit) const {
    std::uint32_t number = bucket_page(key);
    for (std::uint32_t steps = 0; steps <= pages_.head().last_page; ++steps) {
        SM_TRY(const BdbPage page, pages_.page(number));
        const bool is_bucket = page.type() == Type::kHash || page.type() == Type::kOldHash ||
                               page.type() == Type::kNothing;
        if (!is_bucket || page.entries() % 2 != 0) return pages_.damaged(number);
        SM_TRY(const std::optional<unsigned> index, find_in_bucket(page, key));
        if (index) {
            const auto value = hash_item(page, *index + 1);
            if (!value) return pages_.damaged(number);
            SM_CHECK_OK(visit_item(page, *value, visit));
            return true;
        }
        number = page.next();
        if (number == 0) return false;
    }
    return pages_.damaged(number);
}

// Btree ----------------------------------------------------------------------

// The item at `at` of a leaf, or what is behind the head of one of a branch.
std::optional<BdbFile::Item> BdbFile::btree_item(const BdbPage& page, std::size_t at) const {
    if (!page.octets(at, kBtreeDataAt)) return std::nullopt;
    Item out;
    const unsigned char kind = page.u8(at + kBtreeKindAt);
    out.is_deleted = (kind & kDeleted) != 0;
    switch (kind & ~kDeleted) {
        case kBtreeData: {
            const auto octets = page.octets(at + kBtreeDataAt, page.u16(at));
            if (!octets) return std::nullopt;
            out.octets = *octets;
            return out;
        }
        case kBtreeTree:
        case kBtreeOverflow:
            if (!page.octets(at, kBtreeReference)) return std::nullopt;
            out.form = (kind & ~kDeleted) == kBtreeTree ? Item::Form::kTree : Item::Form::kOverflow;
            out.page = page.u32(at + kBtreePageAt);
            out.size = page.u32(at + kBtreeSizeAt);
            return out;
        default:
            return std::nullopt;
    }
}

// The last branch whose key is not behind `key`; the first one stands for all before the second.
Result<unsigned> BdbFile::branch_for(const BdbPage& page, std::string_view key) const {
    unsigned low = 0;
    unsigned high = page.entries();
    while (high - low > 1) {
        const unsigned middle = low + (high - low) / 2;
        const auto at = page.item_at(middle);
        if (!at || !page.octets(*at, kBranchData)) return pages_.damaged(page.number());
        Item item;
        if ((page.u8(*at + kBtreeKindAt) & ~kDeleted) == kBtreeOverflow) {
            const auto reference = btree_item(page, *at + kBranchData);
            if (!reference) return pages_.damaged(page.number());
            item = *reference;
        } else {
            const auto octets = page.octets(*at + kBranchData, page.u16(*at));
            if (!octets) return pages_.damaged(page.number());
            item.octets = *octets;
        }
        SM_TRY(const int order, compare(key, item));
        (order < 0 ? high : low) = middle;
    }
    return low;
}

Result<BdbPage> BdbFile::leaf_for(std::string_view key) const {
    std::uint32_t number = pages_.head().root;
    for (int depth = 0; depth < kDeepest; ++depth) {
        SM_TRY(const BdbPage page, pages_.page(number));
        if (page.type() == Type::kBtreeLeaf) return page;
        if (page.type() != Type::kBtreeBranch || page.entries() == 0) break;
        SM_TRY(const unsigned index, branch_for(page, key));
        const auto at = page.item_at(index);
        if (!at || !page.octets(*at, kBranchData)) break;
        number = page.u32(*at + kBtreePageAt);
    }
    return pages_.damaged(number);
}

// The first pair whose key is not before `key`; the number of pairs when there is none.
Result<unsigned> BdbFile::first_not_before(const BdbPage& leaf, std::string_view key) const {
    unsigned low = 0;
    unsigned high = leaf.entries() / 2;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        const auto at = leaf.item_at(middle * 2);
        const auto item = at ? btree_item(leaf, *at) : std::nullopt;
        if (!item) return pages_.damaged(leaf.number());
        SM_TRY(const int order, compare(key, *item));
        if (order > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// Duplicates stand as pairs side by side, on one leaf.
Result<bool> BdbFile::each_in_btree(std::string_view key, const Visitor& visit) const {
    SM_TRY(const BdbPage leaf, leaf_for(key));
    SM_TRY(unsigned pair, first_not_before(leaf, key));
    bool found = false;
    for (; pair < leaf.entries() / 2; ++pair) {
        const auto key_at = leaf.item_at(pair * 2);
        const auto value_at = leaf.item_at(pair * 2 + 1);
        const auto item = key_at ? btree_item(leaf, *key_at) : std::nullopt;
        const auto value = value_at ? btree_item(leaf, *value_at) : std::nullopt;
        if (!item || !value) return pages_.damaged(leaf.number());
        SM_TRY(const int order, compare(key, *item));
        if (order != 0) break;
        if (value->is_deleted) continue;
        found = true;
        SM_TRY(const bool more, visit_item(leaf, *value, visit));
        if (!more) break;
    }
    return found;
}

// Values ---------------------------------------------------------------------

Result<bool> BdbFile::visit_item(const BdbPage& page, const Item& item,
                                 const Visitor& visit) const {
    switch (item.form) {
        case Item::Form::kOctets:
            return visit(item.octets);
        case Item::Form::kOverflow: {
            SM_TRY(const std::string octets, pages_.overflow(item.page, item.size));
            return visit(octets);
        }
        case Item::Form::kList:
            return visit_list(page, item.octets, visit);
        case Item::Form::kTree:
            return visit_tree(item.page, visit);
    }
    return pages_.damaged(page.number());
}

Result<bool> BdbFile::visit_list(const BdbPage& page, std::string_view list,
                                 const Visitor& visit) const {
    constexpr std::size_t kLength = sizeof(std::uint16_t);
    const auto start = static_cast<std::size_t>(list.data() - page.octets(0, 0)->data());
    for (std::size_t at = 0; at < list.size();) {
        if (list.size() - at < 2 * kLength) return pages_.damaged(page.number());
        const std::size_t size = page.u16(start + at);
        if (size > list.size() - at - 2 * kLength) return pages_.damaged(page.number());
        if (!visit(list.substr(at + kLength, size))) return false;
        at += size + 2 * kLength;
    }
    return true;
}

// Many duplicates have a tree of their own: down to its first leaf, then from leaf to leaf.
Result<bool> BdbFile::visit_tree(std::uint32_t root, const Visitor& visit) const {
    std::uint32_t number = root;
    for (std::uint32_t steps = 0; steps <= pages_.head().last_page; ++steps) {
        SM_TRY(const BdbPage page, pages_.page(number));
        const bool is_branch =
            page.type() == Type::kBtreeBranch || page.type() == Type::kRecordBranch;
        if (is_branch) {
            // A branch by number of record has the page at its beginning.
            const std::size_t page_at = page.type() == Type::kBtreeBranch ? kBtreePageAt : 0;
            const auto at = page.item_at(0);
            if (!at || !page.octets(*at, page_at + sizeof number)) return pages_.damaged(number);
            number = page.u32(*at + page_at);
            continue;
        }
        if (page.type() != Type::kDuplicateLeaf && page.type() != Type::kRecordLeaf) break;
        for (unsigned i = 0; i < page.entries(); ++i) {
            const auto at = page.item_at(i);
            const auto item = at ? btree_item(page, *at) : std::nullopt;
            if (!item || item->form == Item::Form::kTree) return pages_.damaged(number);
            if (item->is_deleted) continue;
            SM_TRY(const bool more, visit_item(page, *item, visit));
            if (!more) return false;
        }
        number = page.next();
        if (number == 0) return true;
    }
    return pages_.damaged(number);
}

}  // namespace sm
