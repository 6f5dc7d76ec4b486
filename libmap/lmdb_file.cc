#include "libmap/lmdb_file.h"

#include <cstring>

#include "libsm/strings.h"

namespace sm {
namespace {

// The layout: a page begins with its number (8 octets), 2 unused, flags (2), and where its node
// numbers end (2) and its nodes begin (2); pages 0 and 1 hold the two last states.
constexpr std::uint64_t kPageHeader = 16;
constexpr std::uint64_t kFlagsAt = 10;
constexpr std::uint64_t kLowerAt = 12;
constexpr unsigned kBranch = 1;
constexpr unsigned kLeaf = 2;
constexpr unsigned kOverflow = 4;

// Within a state, behind the page header.
constexpr std::uint32_t kMagic = 0xBEEFC0DE;
constexpr std::uint64_t kVersionAt = 4;
constexpr std::uint64_t kPageSizeAt = 24;
constexpr std::uint64_t kDatabaseFlagsAt = 76;
constexpr std::uint64_t kRootAt = 112;
constexpr std::uint64_t kTransactionAt = 128;
constexpr std::uint64_t kMetaSize = 136;
constexpr std::uint64_t kNoRoot = ~std::uint64_t{0};

constexpr std::uint64_t kNodeHeader = 8;
constexpr unsigned kBigValue = 1;
constexpr int kDeepest = 64;

}  // namespace

struct LmdbFile::Page {
    std::uint64_t offset = 0;
    unsigned flags = 0;
    unsigned count = 0;  // of nodes
};

struct LmdbFile::Node {
    std::string_view key{};
    std::uint64_t value_offset = 0;
    std::uint32_t low = 0;  // size of the value; low part of a page number
    unsigned flags = 0;     // high part of a page number in branches
};

template <typename Number>
Number LmdbFile::number_at(std::uint64_t offset) const {
    Number out{};
    std::memcpy(&out, file_.data() + offset, sizeof out);
    return out;
}

Error LmdbFile::damaged() const {
    return make_error(Exit::kTempFail, cat(name_, ": not an LMDB file, or damaged"));
}

Status LmdbFile::open(int fd, const std::string& name) {
    close();
    name_ = name;
    if (const Status mapped = file_.open(fd, name); !mapped.ok()) {
        return make_error(Exit::kTempFail, mapped.error().text);
    }
    if (file_.size() < kPageHeader + kMetaSize) return damaged();
    page_size_ = number_at<std::uint32_t>(kPageHeader + kPageSizeAt);
    const bool sane = page_size_ >= 256 && page_size_ <= 65536 && file_.size() >= 2 * page_size_;
    if (!sane || !snapshot()) {
        close();
        return damaged();
    }
    return {};
}

bool LmdbFile::meta_is_good(std::uint64_t offset) const {
    return number_at<std::uint32_t>(offset) == kMagic &&
           number_at<std::uint32_t>(offset + kVersionAt) == 1 &&
           number_at<std::uint16_t>(offset + kDatabaseFlagsAt) == 0;
}

// The state of the last transaction.
std::optional<LmdbFile::Snapshot> LmdbFile::snapshot() const {
    std::optional<Snapshot> out;
    for (const std::uint64_t offset : {kPageHeader, page_size_ + kPageHeader}) {
        if (!meta_is_good(offset)) return {};
        const Snapshot one{number_at<std::uint64_t>(offset + kTransactionAt),
                           number_at<std::uint64_t>(offset + kRootAt)};
        if (!out || one.number > out->number) out = one;
    }
    return out;
}

std::optional<LmdbFile::Page> LmdbFile::page(std::uint64_t number) const {
    if (number >= file_.size() / page_size_) return {};
    Page out;
    out.offset = number * page_size_;
    out.flags = number_at<std::uint16_t>(out.offset + kFlagsAt);
    const unsigned lower = number_at<std::uint16_t>(out.offset + kLowerAt);
    const bool has_nodes = (out.flags & (kBranch | kLeaf)) != 0;
    if (has_nodes && (lower < kPageHeader || lower > page_size_)) return {};
    out.count = has_nodes ? (lower - static_cast<unsigned>(kPageHeader)) / 2 : 0;
    return out;
}

std::optional<LmdbFile::Node> LmdbFile::node(const Page& page, unsigned index) const {
    const std::uint64_t place =
        number_at<std::uint16_t>(page.offset + kPageHeader + std::uint64_t{index} * 2);
    if (place + kNodeHeader > page_size_) return {};
    const std::uint64_t at = page.offset + place;
    const std::uint64_t key_size = number_at<std::uint16_t>(at + 6);
    if (place + kNodeHeader + key_size > page_size_) return {};
    Node out;
    out.low = number_at<std::uint32_t>(at);
    out.flags = number_at<std::uint16_t>(at + 4);
    out.key = {reinterpret_cast<const char*>(file_.data() + at + kNodeHeader), key_size};
    out.value_offset = at + kNodeHeader + key_size;
    return out;
}

std::optional<std::string_view> LmdbFile::value_of(const Node& node) const {
    std::uint64_t offset = node.value_offset;
    std::uint64_t end = (offset / page_size_ + 1) * page_size_;
    if ((node.flags & ~kBigValue) != 0) return {};
    if ((node.flags & kBigValue) != 0) {
        if (offset + sizeof(std::uint64_t) > end) return {};
        const auto start = page(number_at<std::uint64_t>(offset));
        if (!start || (start->flags & kOverflow) == 0) return {};
        offset = start->offset + kPageHeader;
        end = file_.size();
    }
    if (offset > end || node.low > end - offset) return {};
    return std::string_view(reinterpret_cast<const char*>(file_.data() + offset), node.low);
}

// The number of the last node whose key is not behind `key`. The first key of a branch stands for
// all that come before the second.
std::optional<unsigned> LmdbFile::child_for(const Page& page, std::string_view key) const {
    unsigned low = 0;
    unsigned high = page.count;
    while (high - low > 1) {
        const unsigned middle = low + (high - low) / 2;
        const auto at = node(page, middle);
        if (!at) return {};
        (at->key <= key ? low : high) = middle;
    }
    return low;
}

Result<std::optional<std::string>> LmdbFile::find_in(const Snapshot& at,
                                                     std::string_view key) const {
    if (at.root == kNoRoot) return std::optional<std::string>();
    std::uint64_t number = at.root;
    for (int depth = 0; depth < kDeepest; ++depth) {
        const auto here = page(number);
        if (!here || here->count == 0) return damaged();
        const auto child = child_for(*here, key);
        if (!child) return damaged();
        const auto next = node(*here, *child);
        if (!next) return damaged();
        if ((here->flags & kLeaf) != 0) {
            if (next->key != key) return std::optional<std::string>();
            const auto value = value_of(*next);
            if (!value) return damaged();
            return std::optional<std::string>(*value);
        }
        number = next->low | std::uint64_t{next->flags} << 32;
    }
    return damaged();
}

Result<std::optional<std::string>> LmdbFile::find(std::string_view key) const {
    for (;;) {
        const auto before = snapshot();
        if (!before) return damaged();
        auto found = find_in(*before, key);
        // The pages of a state are used again by the second transaction behind it at the soonest.
        const auto after = snapshot();
        if (after && after->number == before->number) return found;
    }
}

bool LmdbFile::visit_page(
    std::uint64_t number, int depth,
    const std::function<void(std::string_view, std::string_view)>& visit) const {
    const auto here = page(number);
    if (!here || depth > kDeepest) return false;
    for (unsigned i = 0; i < here->count; ++i) {
        const auto entry = node(*here, i);
        if (!entry) return false;
        if ((here->flags & kLeaf) == 0) {
            const std::uint64_t child = entry->low | std::uint64_t{entry->flags} << 32;
            if (!visit_page(child, depth + 1, visit)) return false;
            continue;
        }
        const auto value = value_of(*entry);
        if (!value) return false;
        visit(entry->key, *value);
    }
    return true;
}

Status LmdbFile::for_each(
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
    const auto at = snapshot();
    if (!at) return damaged();
    if (at->root == kNoRoot || visit_page(at->root, 0, visit)) return {};
    return damaged();
}

}  // namespace sm
