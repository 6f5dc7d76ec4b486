// Classes hash and btree: Berkeley DB files, read without an environment (pread only, good across
// fork). A file that is replaced is opened anew; one that is being rebuilt in place is waited for.
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
#include <utility>

#include "libmap/drivers.h"
#include "libmap/file_map.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kSmallestPage = 512;
// Of the first page, in words of four octets.
constexpr std::size_t kMagicWord = 3;
constexpr std::size_t kPageSizeWord = 5;
constexpr std::size_t kLastPageWord = 8;

struct DbCloser {
    void operator()(DB* db) const { db->close(db, 0); }
};

// The library opens files by name, with the rights of this process. While an object of this class
// lives, it gets a copy of a descriptor that somebody with more rights opened.
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

// Whether the file has all its pages, as its first one says. The library takes what is missing at
// the end of a hash for empty.
bool is_whole(int fd) {
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

class LendDescriptor {
  public:
    LendDescriptor(int fd, const std::string& path) {
        lent() = {fd, path.c_str()};
        ::db_env_set_func_open(sm_open_for_db);
        ::db_env_set_func_pread(sm_pread_for_db);
        ::db_env_set_func_seek(sm_seek_for_db);
    }
    ~LendDescriptor() { lent() = {}; }
    LendDescriptor(const LendDescriptor&) = delete;
    LendDescriptor& operator=(const LendDescriptor&) = delete;
};

// Octets of pages that the library may keep: all of a small file; of a large btree the pages above
// the leaves (a hundredth of it), which every lookup reads. More would only push other things out
// of the processor's caches: few pages of a large file are asked for twice.
u_int32_t cache_for(int fd, DBTYPE type) {
    constexpr off_t kLeast = 256 << 10;
    constexpr off_t kSmallFile = 8 << 20;
    struct stat info {};
    if (::fstat(fd, &info) != 0) return kLeast;
    const off_t wanted = info.st_size <= kSmallFile ? info.st_size * 5 / 4
                         : type == DB_BTREE         ? info.st_size / 50
                                                    : 0;
    return static_cast<u_int32_t>(std::clamp(wanted, kLeast, kSmallFile * 5 / 4));
}

class BdbMap final : public FileMap {
  public:
    BdbMap(MapFlags flags, const MapEnvironment& environment, DBTYPE type)
        : FileMap(std::move(flags), environment, ".db"), type_(type) {}

  protected:
    Status load(int fd) override {
        DB* raw = nullptr;
        int code = ::db_create(&raw, nullptr, 0);
        if (code != 0) return failed(code);
        std::unique_ptr<DB, DbCloser> db(raw);
        if (!is_whole(fd)) {
            return make_error(Exit::kTempFail, cat(path(), ": not a complete database"));
        }
        db->set_errcall(db.get(), [](const DB_ENV*, const char*, const char*) {});
        db->set_cachesize(db.get(), 0, cache_for(fd, type_), 1);
        {
            const LendDescriptor lend(fd, path());
            code = db->open(db.get(), nullptr, path().c_str(), nullptr, type_,
                            DB_RDONLY | DB_NOMMAP, 0);
        }
        if (code != 0) return failed(code);
        db_ = std::move(db);
        return {};
    }

    void unload() override { db_.reset(); }

    Result<std::optional<std::string>> get(std::string_view key) override {
        DBT wanted{};
        DBT found{};
        wanted.data = const_cast<char*>(key.data());
        wanted.size = static_cast<u_int32_t>(key.size());
        const int code = db_->get(db_.get(), nullptr, &wanted, &found, 0);
        if (code == DB_NOTFOUND) return std::optional<std::string>();
        if (code != 0) return failed(code);
        if (flags().join_values) return all_values(key, *flags().join_values);
        return std::optional<std::string>(std::in_place, static_cast<const char*>(found.data),
                                          found.size);
    }

  private:
    struct CursorCloser {
        void operator()(DBC* cursor) const { cursor->close(cursor); }
    };

    Result<std::optional<std::string>> all_values(std::string_view key, char separator) {
        DBC* raw = nullptr;
        int code = db_->cursor(db_.get(), nullptr, &raw, 0);
        if (code != 0) return failed(code);
        const std::unique_ptr<DBC, CursorCloser> cursor(raw);
        DBT wanted{};
        DBT found{};
        wanted.data = const_cast<char*>(key.data());
        wanted.size = static_cast<u_int32_t>(key.size());
        std::string out;
        code = raw->get(raw, &wanted, &found, DB_SET);
        while (code == 0) {
            if (!out.empty()) out += separator;
            out.append(static_cast<const char*>(found.data), found.size);
            while (!out.empty() && out.back() == '\0') out.pop_back();
            code = raw->get(raw, &wanted, &found, DB_NEXT_DUP);
        }
        if (code != DB_NOTFOUND) return failed(code);
        return std::optional<std::string>(std::move(out));
    }

    [[nodiscard]] Error failed(int code) const {
        return make_error(Exit::kTempFail, cat(path(), ": ", ::db_strerror(code)));
    }

    DBTYPE type_;
    std::unique_ptr<DB, DbCloser> db_;
};

}  // namespace

namespace {

std::unique_ptr<Map> make_bdb_map(MapFlags flags, const MapEnvironment& environment, DBTYPE kind,
                                  std::string_view type) {
    if (flags.rest.empty()) {
        if (environment.warn) {
            environment.warn(cat("No file name for ", type, " map ", flags.map_name));
        }
        return make_unopened_map(flags.map_name, type);
    }
    return std::make_unique<BdbMap>(std::move(flags), environment, kind);
}

}  // namespace

std::unique_ptr<Map> make_hash_map(MapFlags flags, const MapEnvironment& environment) {
    return make_bdb_map(std::move(flags), environment, DB_HASH, "hash");
}

std::unique_ptr<Map> make_implicit_map(MapFlags flags, const MapEnvironment& environment) {
    return make_bdb_map(std::move(flags), environment, DB_HASH, "implicit");
}

std::unique_ptr<Map> make_btree_map(MapFlags flags, const MapEnvironment& environment) {
    return make_bdb_map(std::move(flags), environment, DB_BTREE, "btree");
}

}  // namespace sm
