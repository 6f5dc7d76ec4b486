// Files of class lmdb, written by its library in the order of the keys.
#include <fcntl.h>
#include <lmdb.h>
#include <unistd.h>

#include <cerrno>

#include "libmap/lmdb_file.h"
#include "libmap/map_format.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kLongestKey = 511;

Error lmdb_error(const std::string& path, int code) {
    return {Exit::kCantCreate, cat(path, ": ", ::mdb_strerror(code)), code > 0 ? code : EIO, {}};
}

struct EnvironmentCloser {
    void operator()(MDB_env* env) const { ::mdb_env_close(env); }
};
using Environment = std::unique_ptr<MDB_env, EnvironmentCloser>;

// Room for everything with half-full pages and one page of its own per large value.
std::size_t room_for(const EntryTable& entries) {
    std::size_t room = std::size_t{1} << 20;
    for (const EntryTable::Entry& entry : entries.entries()) {
        const std::size_t size = entry.key_size + std::size_t{entry.value_size};
        room += 2 * (size + 16) + (size > 1000 ? 8192 : 0);
    }
    return (room + 0xFFFFF) & ~std::size_t{0xFFFFF};
}

int put_all(MDB_txn* transaction, const EntryTable& entries) {
    MDB_dbi database = 0;
    int code = ::mdb_dbi_open(transaction, nullptr, 0, &database);
    if (code != 0) return code;
    MDB_cursor* cursor = nullptr;
    code = ::mdb_cursor_open(transaction, database, &cursor);
    if (code != 0) return code;
    for (const EntryTable::Entry& entry : entries.sorted_by_key()) {
        MDB_val key{entry.key_size, const_cast<char*>(entry.key().data())};
        MDB_val value{entry.value_size, const_cast<char*>(entry.value().data())};
        code = ::mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
        if (code != 0) break;
    }
    ::mdb_cursor_close(cursor);
    return code;
}

Status write_lmdb(std::string_view, const std::string& path, const EntryTable& entries,
                  const MapBuildOptions&) {
    MDB_env* raw = nullptr;
    int code = ::mdb_env_create(&raw);
    if (code != 0) return lmdb_error(path, code);
    Environment env(raw);
    code = ::mdb_env_set_mapsize(env.get(), room_for(entries));
    // The caller flushes the file.
    // No MDB_WRITEMAP: on a full disk that is SIGBUS instead of an error.
    const unsigned flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC;
    if (code == 0) code = ::mdb_env_open(env.get(), path.c_str(), flags, 0600);
    if (code != 0) return lmdb_error(path, code);
    MDB_txn* transaction = nullptr;
    code = ::mdb_txn_begin(env.get(), nullptr, 0, &transaction);
    if (code != 0) return lmdb_error(path, code);
    code = put_all(transaction, entries);
    if (code != 0) {
        ::mdb_txn_abort(transaction);
        return lmdb_error(path, code);
    }
    code = ::mdb_txn_commit(transaction);
    if (code != 0) return lmdb_error(path, code);
    MDB_envinfo info{};
    MDB_stat pages{};
    ::mdb_env_info(env.get(), &info);
    ::mdb_env_stat(env.get(), &pages);
    env.reset();
    const auto used = static_cast<off_t>((info.me_last_pgno + 1) * pages.ms_psize);
    if (::truncate(path.c_str(), used) != 0) return os_error(path, errno);
    return {};
}

Status open_for_reading(const std::string& path, LmdbFile& file) {
    SM_TRY(const UniqueFd fd, open_file(path, O_RDONLY));
    auto opened = file.open(fd.get(), path);
    if (!opened.ok()) return Error{Exit::kCantCreate, opened.error().text, EINVAL, {}};
    return {};
}

Status visit_lmdb(std::string_view, const std::string& path, const EntryVisitor& visit) {
    LmdbFile file;
    SM_CHECK_OK(open_for_reading(path, file));
    return file.for_each(visit);
}

Result<std::optional<std::string>> find_lmdb(std::string_view, const std::string& path,
                                             std::string_view key) {
    LmdbFile file;
    SM_CHECK_OK(open_for_reading(path, file));
    return file.find(key);
}

Result<bool> has_duplicates(std::string_view, const std::string& path) {
    LmdbFile file;
    SM_CHECK_OK(open_for_reading(path, file));
    return false;
}

}  // namespace

const MapFormat* lmdb_format() {
    static constexpr MapFormat kFormat{".lmdb",    kLongestKey, false,         write_lmdb,
                                       visit_lmdb, find_lmdb,   has_duplicates};
    return &kFormat;
}

}  // namespace sm
