// The pages of a Berkeley DB file, mapped into memory; each is looked at before it is used. Nothing
// in the file is trusted: it may be damaged, cut, or be written to at this moment.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "libsm/mapped_file.h"
#include "libsm/result.h"

namespace sm {

enum class BdbKind : std::uint8_t { kHash, kBtree };

// What the first page says of a hash or btree file. Page numbers count from 0.
struct BdbHead {
    bool other_order = false;  // numbers in the byte order of another machine
    std::uint32_t page_size = 0;
    std::uint32_t last_page = 0;
    std::uint32_t flags = 0;
    std::uint32_t root = 0;  // of a btree
    // Of a hash: the last bucket, the masks that make a bucket of a hash value, and by the power
    // of two that a bucket belongs to, what is added to get its page.
    std::uint32_t max_bucket = 0;
    std::uint32_t high_mask = 0;
    std::uint32_t low_mask = 0;
    std::array<std::uint32_t, 32> spares{};
};

// One page in memory. Numbers and items are read within its bounds only.
class BdbPage {
  public:
    enum class Type : std::uint8_t {
        kNothing = 0,  // nothing was put in yet
        kOldHash = 2,  // not in order
        kBtreeBranch = 3,
        kRecordBranch = 4,
        kBtreeLeaf = 5,
        kRecordLeaf = 6,
        kOverflow = 7,
        kDuplicateLeaf = 12,
        kHash = 13,
    };
    static constexpr std::size_t kHeader = 26;

    BdbPage(const unsigned char* data, std::size_t size, bool other_order)
        : data_(data), size_(size), other_order_(other_order) {}

    [[nodiscard]] Type type() const { return static_cast<Type>(data_[25]); }
    [[nodiscard]] unsigned level() const { return data_[24]; }
    [[nodiscard]] std::uint32_t number() const { return u32(8); }
    [[nodiscard]] std::uint32_t next() const { return u32(16); }
    // Items; of an overflow page the references to it.
    [[nodiscard]] unsigned entries() const { return u16(20); }
    // Where the last item begins; of an overflow page how long its data are.
    [[nodiscard]] unsigned high_free() const { return u16(22); }

    // Where item `index` begins; nothing when that is not behind the header and within the page.
    [[nodiscard]] std::optional<std::size_t> item_at(unsigned index) const {
        const std::size_t behind = kHeader + (std::size_t{index} + 1) * sizeof(std::uint16_t);
        if (behind > size_) return std::nullopt;
        const std::size_t at = u16(behind - sizeof(std::uint16_t));
        if (at < behind || at >= size_) return std::nullopt;
        return at;
    }
    // Octets from `at`; nothing when they are not all within the page.
    [[nodiscard]] std::optional<std::string_view> octets(std::size_t at, std::size_t count) const {
        if (at > size_ || count > size_ - at) return std::nullopt;
        return std::string_view(reinterpret_cast<const char*>(data_) + at, count);
    }

    // The caller has made sure that they are within the page.
    [[nodiscard]] unsigned char u8(std::size_t at) const { return data_[at]; }
    [[nodiscard]] std::uint16_t u16(std::size_t at) const {
        const auto out = read_once<std::uint16_t>(at);
        return other_order_ ? __builtin_bswap16(out) : out;
    }
    [[nodiscard]] std::uint32_t u32(std::size_t at) const {
        const auto out = read_once<std::uint32_t>(at);
        return other_order_ ? __builtin_bswap32(out) : out;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    // The compiler must not read it a second time: what was found good would be another number
    // then.
    template <typename Number>
    [[nodiscard]] Number read_once(std::size_t at) const {
        Number out = 0;
        std::memcpy(&out, data_ + at, sizeof out);
        asm volatile("" : "+r"(out));
        return out;
    }

    const unsigned char* data_;
    std::size_t size_;
    bool other_order_;
};

class BdbPages {
  public:
    // Maps the file. Error: kTempFail; not such a file, not all of it there, or of a form that
    // makemap never makes (checksums, encryption, several databases in one file).
    [[nodiscard]] Status open(int fd, BdbKind kind, const std::string& name);
    void close() { file_.close(); }

    [[nodiscard]] const BdbHead& head() const { return head_; }
    // Error: kTempFail.
    [[nodiscard]] Result<BdbPage> page(std::uint32_t number) const;
    // The octets of a chain of overflow pages. Error: kTempFail.
    [[nodiscard]] Result<std::string> overflow(std::uint32_t number, std::size_t size) const;

    [[nodiscard]] Error damaged(std::uint32_t number) const;

  private:
    [[nodiscard]] Error unusable(std::string_view why) const;
    [[nodiscard]] Status read_head();
    [[nodiscard]] bool is_sound(const BdbPage& page, std::uint32_t number) const;

    BdbKind kind_ = BdbKind::kHash;
    std::string name_;
    BdbHead head_;
    MappedFile file_;
};

}  // namespace sm
