#include "libmap/bdb_file.h"

#include <db.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace sm {
namespace {

constexpr std::size_t kSmallestPage = 512;
// Of the first page, in words of four octets.
constexpr std::size_t kMagicWord = 3;
constexpr std::size_t kPageSizeWord = 5;
constexpr std::size_t kLastPageWord = 8;

struct Lent {
    int fd = -1;
    const char* path = nullptr;
};
Lent& lent() {
    static Lent now;
    return now;
}

extern "C" int sm_open_for_db(const char* path, int flags, ...) {
    if (lent().fd >= 0 && std::strcmp(path, lent().path) == 0) {
        // A file description of its own would need the rights. The copies share their offset:
        // every open begins at 0 as the library expects, and lookups read at positions.
        if (::lseek(lent().fd, 0, SEEK_SET) != 0) return -1;
        return ::fcntl(lent().fd, F_DUPFD_CLOEXEC, 0);
    }
    std::va_list rest;
    va_start(rest, flags);
    const int mode = va_arg(rest, int);
    va_end(rest);
    return ::open(path, flags | O_CLOEXEC, mode);
}

// What stands at the start of each page of a file, in the byte order of its maker.
struct PageHeader {
    std::array<unsigned char, 8> lsn;
    std::uint32_t number;
    std::uint32_t previous;
    std::uint32_t next;
    std::uint16_t entries;
    std::uint16_t free_at;
    unsigned char level;
    unsigned char kind;
};

// Kinds of pages that lookups read: duplicates, hash, btree, overflow, the two metadata pages.
constexpr std::array<unsigned char, 9> kPageKinds = {1, 2, 3, 5, 7, 8, 9, 12, 13};
// Those with a list of where their items are, behind the header.
constexpr std::array<unsigned char, 5> kItemPages = {2, 3, 5, 12, 13};
constexpr unsigned char kOverflowPage = 7;
constexpr std::size_t kHeaderSize = 26;

bool is_hash_file(int fd) {
    std::uint32_t magic = 0;
    const ssize_t count = ::pread(fd, &magic, sizeof magic, kMagicWord * sizeof magic);
    return count == sizeof magic &&
           (magic == DB_HASHMAGIC || __builtin_bswap32(magic) == DB_HASHMAGIC);
}

// Whether what the page says of its own items lies inside of it.
bool items_fit(std::string_view page, const PageHeader& header) {
    if (header.kind == kOverflowPage) return header.free_at <= page.size() - kHeaderSize;
    if (std::find(kItemPages.begin(), kItemPages.end(), header.kind) == kItemPages.end()) {
        return true;
    }
    if (kHeaderSize + header.entries * sizeof(std::uint16_t) > page.size()) return false;
    for (std::size_t i = 0; i < header.entries; ++i) {
        std::uint16_t at = 0;
        std::memcpy(&at, page.data() + kHeaderSize + i * sizeof at, sizeof at);
        if (at < kHeaderSize || at >= page.size()) return false;
    }
    return true;
}

// Whether this can be the page of that number. Hash files have pages that nothing was put in yet.
bool is_page(int fd, std::string_view page, std::uint32_t number) {
    PageHeader header{};
    std::memcpy(&header, page.data(), sizeof header);
    const bool other_order = header.number == __builtin_bswap32(number) && number != 0;
    const bool numbered = header.number == number || other_order;
    if (header.kind == 0) {
        return (numbered || header.number == 0) && is_hash_file(fd) &&
               page.substr(sizeof header).find_first_not_of('\0') == std::string_view::npos;
    }
    return numbered && (other_order || items_fit(page, header)) &&
           std::find(kPageKinds.begin(), kPageKinds.end(), header.kind) != kPageKinds.end();
}

// The library trusts what it reads: a page of zeros in the middle of a btree is looked at for ever.
// After an error it tries again with lseek(2) and read(2): this tells it not to.
bool& page_was_refused() {
    static bool now = false;
    return now;
}

extern "C" ssize_t sm_pread_for_db(int fd, void* buffer, size_t size, off_t offset) {
    const ssize_t count = ::pread(fd, buffer, size, offset);
    if (count != static_cast<ssize_t>(size) || size < kSmallestPage) return count;
    const std::string_view page(static_cast<const char*>(buffer), size);
    const auto number = static_cast<std::uint32_t>(offset / static_cast<off_t>(size));
    page_was_refused() = !is_page(fd, page, number);
    if (!page_was_refused()) return count;
    errno = EINVAL;
    return -1;
}

extern "C" int sm_seek_for_db(int fd, off_t offset, int whence) {
    if (std::exchange(page_was_refused(), false)) {
        errno = EINVAL;
        return -1;
    }
    return ::lseek(fd, offset, whence) < 0 ? -1 : 0;
}

}  // namespace

LendDescriptor::LendDescriptor(int fd, const std::string& path) {
    lent() = {fd, path.c_str()};
    ::db_env_set_func_open(sm_open_for_db);
    ::db_env_set_func_pread(sm_pread_for_db);
    ::db_env_set_func_seek(sm_seek_for_db);
}

LendDescriptor::~LendDescriptor() {
    lent() = {};
}

bool is_whole_database(int fd) {
    std::array<std::uint32_t, 9> words{};
    struct stat info {};
    if (::fstat(fd, &info) != 0 || ::pread(fd, words.data(), sizeof words, 0) != sizeof words) {
        return false;
    }
    const bool swapped = __builtin_bswap32(words[kMagicWord]) == DB_HASHMAGIC ||
                         __builtin_bswap32(words[kMagicWord]) == DB_BTREEMAGIC;
    const auto value = [&](std::size_t word) {
        return std::uint64_t{swapped ? __builtin_bswap32(words[word]) : words[word]};
    };
    const auto size = static_cast<std::uint64_t>(info.st_size);
    return size == (value(kLastPageWord) + 1) * value(kPageSizeWord);
}

}  // namespace sm
