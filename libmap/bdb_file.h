// BdbFile: looks up keys in a hash or btree file of Berkeley DB (formats 7 to 9, either byte order)
// through a descriptor: without opening by name, with the rights of whoever opened it, good across
// fork. Nothing in the file is trusted: one that is damaged, or written to at this moment, gives an
// error or a wrong answer, never a wrong place in memory. The library itself, which trusts its
// files, is used only to write them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libmap/bdb_pages.h"
#include "libsm/result.h"

namespace sm {

class BdbFile {
  public:
    // Gets each value of a key in their order; false: no more of them.
    using Visitor = std::function<bool(std::string_view value)>;

    // `fd` may be closed afterwards. `name` is for messages. Error: kTempFail; not such a file,
    // damaged, or of a form that makemap never makes.
    [[nodiscard]] Status open(int fd, BdbKind kind, const std::string& name);
    void close() { pages_.close(); }

    // The first value of exactly this key. Error: kTempFail.
    [[nodiscard]] Result<std::optional<std::string>> find(std::string_view key) const;
    // All its values. Returns whether there is one. Error: kTempFail.
    [[nodiscard]] Result<bool> each_value(std::string_view key, const Visitor& visit) const;

  private:
    // An item of a page: octets in it, a chain of overflow pages, or duplicates.
    struct Item;

    [[nodiscard]] std::optional<Item> hash_item(const BdbPage& page, unsigned index) const;
    [[nodiscard]] std::optional<Item> btree_item(const BdbPage& page, std::size_t at) const;
    [[nodiscard]] Result<int> compare(std::string_view key, const Item& item) const;

    [[nodiscard]] std::uint32_t bucket_page(std::string_view key) const;
    [[nodiscard]] Result<bool> is_in_order(const BdbPage& page) const;
    [[nodiscard]] Result<std::optional<unsigned>> find_in_bucket(const BdbPage& page,
                                                                 std::string_view key) const;
    [[nodiscard]] Result<bool> each_in_hash(std::string_view key, const Visitor& visit) const;
    [[nodiscard]] Result<bool> each_in_btree(std::string_view key, const Visitor& visit) const;
    [[nodiscard]] Result<BdbPage> leaf_for(std::string_view key) const;
    [[nodiscard]] Result<unsigned> branch_for(const BdbPage& page, std::string_view key) const;
    [[nodiscard]] Result<unsigned> first_not_before(const BdbPage& leaf,
                                                    std::string_view key) const;

    // What visitors get of an item; whether they want more.
    [[nodiscard]] Result<bool> visit_item(const BdbPage& page, const Item& item,
                                          const Visitor& visit) const;
    [[nodiscard]] Result<bool> visit_list(const BdbPage& page, std::string_view list,
                                          const Visitor& visit) const;
    [[nodiscard]] Result<bool> visit_tree(std::uint32_t root, const Visitor& visit) const;

    BdbKind kind_ = BdbKind::kHash;
    BdbPages pages_;
};

}  // namespace sm
