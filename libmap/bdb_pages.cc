#include "libmap/bdb_pages.h"

#include "libsm/strings.h"

namespace sm {
namespace {

// The first page, in octets.
constexpr std::size_t kHeadSize = 512;
constexpr std::size_t kMagicAt = 12;
constexpr std::size_t kVersionAt = 16;
constexpr std::size_t kPageSizeAt = 20;
constexpr std::size_t kEncryptionAt = 24;
constexpr std::size_t kFormAt = 26;  // checksums, partitions
constexpr std::size_t kLastPageAt = 32;
constexpr std::size_t kFlagsAt = 48;
constexpr std::size_t kMaxBucketAt = 72;
constexpr std::size_t kHighMaskAt = 76;
constexpr std::size_t kLowMaskAt = 80;
constexpr std::size_t kProbeAt = 92;
constexpr std::size_t kSparesAt = 96;
constexpr std::size_t kRootAt = 88;
constexpr std::uint32_t kLargestPage = 65536;
// The hash value of a text that the library hashes for this: files may have another function.
constexpr std::uint32_t kProbe = 0x5e688dd1;

struct Format {
    std::uint32_t magic;
    std::uint32_t oldest;
    std::uint32_t newest;
    std::uint32_t refused_flags;
};
constexpr Format kHashFormat = {0x061561, 7, 9, 0x02};   // several databases
constexpr Format kBtreeFormat = {0x053162, 8, 9, 0xaa};  // by number, several, compressed

constexpr bool is_power_of_two(std::uint32_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

}  // namespace

Error BdbPages::unusable(std::string_view why) const {
    return make_error(Exit::kTempFail, cat(name_, ": ", why));
}

Error BdbPages::damaged(std::uint32_t number) const {
    return unusable(cat("page ", number, " is damaged; rebuild it with makemap"));
}

Status BdbPages::open(int fd, BdbKind kind, const std::string& name) {
    kind_ = kind;
    name_ = name;
    head_ = {};
    if (const Status mapped = file_.open(fd, name); !mapped.ok()) {
        return make_error(Exit::kTempFail, mapped.error().text);
    }
    Status status = read_head();
    if (!status.ok()) close();
    return status;
}

Status BdbPages::read_head() {
    if (file_.size() < kHeadSize)
        return unusable("not a complete database; rebuild it with makemap");
    const Format& format = kind_ == BdbKind::kHash ? kHashFormat : kBtreeFormat;
    const BdbPage as_made_here(file_.data(), kHeadSize, false);
    head_.other_order = as_made_here.u32(kMagicAt) == __builtin_bswap32(format.magic);
    const BdbPage first(file_.data(), kHeadSize, head_.other_order);
    if (first.u32(kMagicAt) != format.magic) {
        return unusable(cat("not a ", kind_ == BdbKind::kHash ? "hash" : "btree", " database"));
    }
    const std::uint32_t version = first.u32(kVersionAt);
    if (version < format.oldest || version > format.newest) {
        return unusable(cat("format ", version, " is not known; rebuild it with makemap"));
    }
    const bool is_plain = first.u8(kEncryptionAt) == 0 && first.u8(kFormAt) == 0;
    if (!is_plain || (first.u32(kFlagsAt) & format.refused_flags) != 0) {
        return unusable(
            "checksums, encryption, compression and several databases in one file are not read; "
            "rebuild it with makemap");
    }
    head_.page_size = first.u32(kPageSizeAt);
    head_.last_page = first.u32(kLastPageAt);
    const std::uint64_t size = (std::uint64_t{head_.last_page} + 1) * head_.page_size;
    if (!is_power_of_two(head_.page_size) || head_.page_size < kHeadSize ||
        head_.page_size > kLargestPage || size != file_.size()) {
        return unusable("not a complete database; rebuild it with makemap");
    }
    if (kind_ == BdbKind::kBtree) {
        head_.root = first.u32(kRootAt);
        return {};
    }
    if (first.u32(kProbeAt) != kProbe) return unusable("made with a hash function of its own");
    head_.max_bucket = first.u32(kMaxBucketAt);
    head_.high_mask = first.u32(kHighMaskAt);
    head_.low_mask = first.u32(kLowMaskAt);
    for (std::size_t i = 0; i < head_.spares.size(); ++i) {
        head_.spares[i] = first.u32(kSparesAt + i * sizeof(std::uint32_t));
    }
    return {};
}

// A page that nothing was put in yet is all zeros but, perhaps, its number.
bool BdbPages::is_sound(const BdbPage& page, std::uint32_t number) const {
    if (page.type() != BdbPage::Type::kNothing) return page.number() == number;
    const auto rest = page.octets(BdbPage::kHeader, page.size() - BdbPage::kHeader);
    return kind_ == BdbKind::kHash && (page.number() == number || page.number() == 0) &&
           page.entries() == 0 && page.next() == 0 &&
           rest->find_first_not_of('\0') == std::string_view::npos;
}

Result<BdbPage> BdbPages::page(std::uint32_t number) const {
    if (number > head_.last_page) return damaged(number);
    const BdbPage page(file_.data() + std::size_t{number} * head_.page_size, head_.page_size,
                       head_.other_order);
    if (!is_sound(page, number)) return damaged(number);
    return page;
}

Result<std::string> BdbPages::overflow(std::uint32_t number, std::size_t size) const {
    if (size > file_.size()) return damaged(number);
    std::string out;
    while (out.size() < size) {
        SM_TRY(const BdbPage part, page(number));
        const auto octets = part.octets(BdbPage::kHeader, part.high_free());
        const bool is_part = part.type() == BdbPage::Type::kOverflow && octets &&
                             !octets->empty() && octets->size() <= size - out.size();
        if (!is_part) return damaged(number);
        out += *octets;
        number = part.next();
    }
    return out;
}

}  // namespace sm
