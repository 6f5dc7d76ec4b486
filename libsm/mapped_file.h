// Files mapped into memory that somebody may cut while they are read. Touching a page that is gone
// raises SIGBUS; with a guard the page then reads as zeros, and the process goes on. Readers must
// not trust what they find, and ask afterwards whether the file is still as it was.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

// While it lives, pages of [start, start + size) whose file is gone read as zeros. Signal handlers
// are kept across fork. Not for several threads.
class MappingGuard {
  public:
    MappingGuard() = default;
    ~MappingGuard() { clear(); }
    MappingGuard(const MappingGuard&) = delete;
    MappingGuard& operator=(const MappingGuard&) = delete;

    // In place of what it guarded before; page-aligned, as mmap(2) gives it.
    void set(const void* start, std::size_t size);
    void clear();

  private:
    friend struct MappingRegistry;
    const char* start_ = nullptr;
    std::size_t size_ = 0;
    MappingGuard* next_ = nullptr;
    MappingGuard* previous_ = nullptr;
};

// A whole file, read-only, shared with whoever writes to it; its octets may change at any moment.
class MappedFile {
  public:
    MappedFile() = default;
    ~MappedFile() { close(); }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    // `fd` may be closed afterwards. An empty file has no octets. `name` is for messages. Error:
    // kOsErr.
    [[nodiscard]] Status open(int fd, const std::string& name);
    void close();

    [[nodiscard]] const unsigned char* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    const unsigned char* data_ = nullptr;
    std::size_t size_ = 0;
    MappingGuard guard_;
};

}  // namespace sm
