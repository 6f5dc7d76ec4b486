// Files of class cdb, by tinycdb.
#include <cdb.h>
#include <fcntl.h>

#include <cerrno>

#include "libmap/map_format.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

Status write_cdb(std::string_view, const std::string& path, const EntryTable& entries,
                 const MapBuildOptions&) {
    SM_TRY(const UniqueFd fd, open_file(path, O_RDWR));
    struct cdb_make make {};
    if (::cdb_make_start(&make, fd.get()) != 0) return os_error(path, errno);
    bool good = true;
    for (const EntryTable::Entry& entry : entries.entries()) {
        if (!good || entry.data == nullptr) continue;
        good = ::cdb_make_add(&make, entry.key().data(), entry.key_size, entry.value().data(),
                              entry.value_size) == 0;
    }
    // Also what frees its memory.
    const int failed = errno;
    if (::cdb_make_finish(&make) != 0 && good) return os_error(path, errno);
    return good ? Status() : Status(os_error(path, failed));
}

class Reader {
  public:
    Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        if (fd_.valid()) ::cdb_free(&cdb_);
    }
    Status open(const std::string& file) {
        SM_TRY(UniqueFd fd, open_file(file, O_RDONLY));
        if (::cdb_init(&cdb_, fd.get()) != 0) return os_error(file, errno);
        fd_ = std::move(fd);
        return {};
    }
    [[nodiscard]] struct cdb* get() { return &cdb_; }

  private:
    UniqueFd fd_;
    struct cdb cdb_ {};
};

std::string_view as_text(const void* data, unsigned size) {
    return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

Status visit_cdb(std::string_view, const std::string& file, const EntryVisitor& visit) {
    Reader reader;
    SM_CHECK_OK(reader.open(file));
    struct cdb* cdb = reader.get();
    unsigned at = 0;
    cdb_seqinit(&at, cdb);
    for (;;) {
        const int code = ::cdb_seqnext(&at, cdb);
        if (code == 0) return {};
        if (code < 0) return os_error(file, errno);
        const auto key = as_text(::cdb_get(cdb, cdb_keylen(cdb), cdb_keypos(cdb)), cdb_keylen(cdb));
        visit(key, as_text(::cdb_get(cdb, cdb_datalen(cdb), cdb_datapos(cdb)), cdb_datalen(cdb)));
    }
}

Result<std::optional<std::string>> find_cdb(std::string_view, const std::string& file,
                                            std::string_view key) {
    Reader reader;
    SM_CHECK_OK(reader.open(file));
    struct cdb* cdb = reader.get();
    const int code = ::cdb_find(cdb, key.data(), static_cast<unsigned>(key.size()));
    if (code == 0) return std::optional<std::string>();
    if (code < 0) return os_error(file, errno);
    return std::optional<std::string>(
        as_text(::cdb_get(cdb, cdb_datalen(cdb), cdb_datapos(cdb)), cdb_datalen(cdb)));
}

// Every cdb may; -o goes on as makemap's -d says.
Result<bool> has_duplicates(std::string_view, const std::string& file) {
    Reader reader;
    SM_CHECK_OK(reader.open(file));
    return false;
}

}  // namespace

const MapFormat* cdb_format() {
    static constexpr MapFormat kFormat{".cdb",    0,        true,
                                       write_cdb, visit_cdb, find_cdb,
                                       has_duplicates};
    return &kFormat;
}

}  // namespace sm
