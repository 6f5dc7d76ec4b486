// LmdbFile: reads a file of the Lightning Memory-Mapped Database (format 1, 64 bit) through a
// descriptor: without its lock file, without opening by name, good across fork. Nothing in the file
// is trusted. A writer of the library that commits meanwhile is noticed and the search repeated.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libsm/mapped_file.h"
#include "libsm/result.h"

namespace sm {

class LmdbFile {
  public:
    LmdbFile() = default;
    LmdbFile(const LmdbFile&) = delete;
    LmdbFile& operator=(const LmdbFile&) = delete;

    // Maps the file. Error: kTempFail; not such a file, or one with several values of a key.
    [[nodiscard]] Status open(int fd, const std::string& name);
    void close() { file_.close(); }

    [[nodiscard]] Result<std::optional<std::string>> find(std::string_view key) const;
    // Every entry, in the order of the keys.
    [[nodiscard]] Status for_each(
        const std::function<void(std::string_view key, std::string_view value)>& visit) const;

  private:
    struct Snapshot {
        std::uint64_t number = 0;  // of the transaction
        std::uint64_t root = 0;
    };
    struct Page;
    struct Node;

    template <typename Number>
    [[nodiscard]] Number number_at(std::uint64_t offset) const;
    [[nodiscard]] bool meta_is_good(std::uint64_t offset) const;
    [[nodiscard]] std::optional<Snapshot> snapshot() const;
    [[nodiscard]] std::optional<Page> page(std::uint64_t number) const;
    [[nodiscard]] std::optional<Node> node(const Page& page, unsigned index) const;
    [[nodiscard]] std::optional<std::string_view> value_of(const Node& node) const;
    [[nodiscard]] std::optional<unsigned> child_for(const Page& page, std::string_view key) const;
    [[nodiscard]] Result<std::optional<std::string>> find_in(const Snapshot& at,
                                                             std::string_view key) const;
    [[nodiscard]] bool visit_page(
        std::uint64_t number, int depth,
        const std::function<void(std::string_view, std::string_view)>& visit) const;
    [[nodiscard]] Error damaged() const;

    MappedFile file_;
    std::uint64_t page_size_ = 0;
    std::string name_;
};

}  // namespace sm
