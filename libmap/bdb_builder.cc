#include <db.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "libmap/map_builder.h"
#include "libsm/clock.h"
#include "libsm/files.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// Large enough that a million short entries are built in memory; the library takes what it needs.
constexpr std::size_t kDefaultCache = 256U << 20;
constexpr std::chrono::seconds kLockWait{60};

struct DbCloser {
    void operator()(DB* db) const { db->close(db, DB_NOSYNC); }
};
using DbHandle = std::unique_ptr<DB, DbCloser>;

// The library's own lines on standard error say less than our errors.
void silent(const DB_ENV*, const char*, const char*) {}

Error db_error(std::string_view what, int code) {
    return {Exit::kCantCreate, cat(what, ": ", ::db_strerror(code)), code > 0 ? code : EIO, {}};
}

std::string file_of(const std::string& path) {
    return path.ends_with(".db") ? path : path + ".db";
}

Result<DBTYPE> type_of(std::string_view type) {
    if (type == "hash" || type == "implicit") return DB_HASH;
    if (type == "btree") return DB_BTREE;
    return make_error(Exit::kUnavailable, "Unknown database type");
}

DBT as_dbt(std::string_view text) {
    DBT out{};
    out.data = const_cast<char*>(text.data());
    out.size = static_cast<u_int32_t>(text.size());
    return out;
}

Result<DbHandle> new_handle(const std::string& file) {
    DB* raw = nullptr;
    const int code = ::db_create(&raw, nullptr, 0);
    if (code != 0) return db_error(file, code);
    DbHandle db(raw);
    db->set_errcall(db.get(), silent);
    return db;
}

Result<DbHandle> open_existing(std::string_view type, const std::string& file) {
    SM_TRY(const DBTYPE kind, type_of(type));
    if (::access(file.c_str(), R_OK) != 0) return os_error(file, errno);
    SM_TRY(DbHandle db, new_handle(file));
    // The file may be of the other kind: "implicit" and praliases take what there is.
    const DBTYPE open_as = type == "implicit" ? DB_UNKNOWN : kind;
    const int code = db->open(db.get(), nullptr, file.c_str(), nullptr, open_as, DB_RDONLY, 0);
    if (code != 0) return db_error(file, code);
    return db;
}

// Two programs that start from the same file would each write it without the other's entries: the
// second waits. The file must still be that of the name when the lock is had. Nothing is held for
// a file that is not there yet.
Result<UniqueFd> lock_existing(const std::string& file) {
    for (;;) {
        auto fd = open_file(file, O_RDONLY);
        if (!fd.ok()) {
            if (fd.error().sys_errno == ENOENT) return UniqueFd();
            return fd.error();
        }
        SM_TRY(const bool locked,
               lock_until(fd->get(), LockMode::kExclusive, Deadline::in(kLockWait)));
        if (!locked) return make_error(Exit::kTempFail, cat(file, " is locked"));
        struct stat held {};
        struct stat named {};
        if (::fstat(fd->get(), &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
            held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
            return std::move(fd).value();
        }
    }
}

class BdbBuilder final : public MapBuilder {
  public:
    BdbBuilder(DbHandle db, std::string path, ScopedPath temporary, const MapBuildOptions& options,
               UniqueFd lock)
        : lock_(std::move(lock)),
          temporary_(std::move(temporary)),
          db_(std::move(db)),
          path_(std::move(path)),
          options_(options) {}

    Result<Put> put(std::string_view key, std::string_view value) override {
        DBT k = as_dbt(key);
        DBT v = as_dbt(value);
        const u_int32_t how = options_.replace || options_.duplicates ? 0U : DB_NOOVERWRITE;
        const int code = db_->put(db_.get(), nullptr, &k, &v, how);
        if (code == DB_KEYEXIST) return Put::kDuplicate;
        if (code != 0) return db_error(temporary_.path(), code);
        return Put::kStored;
    }

    Result<bool> erase(std::string_view key) override {
        DBT k = as_dbt(key);
        const int code = db_->del(db_.get(), nullptr, &k, 0);
        if (code == DB_NOTFOUND) return false;
        if (code != 0) return db_error(temporary_.path(), code);
        return true;
    }

    Status commit() override {
        DB* raw = db_.release();
        const int code = raw->close(raw, 0);
        if (code != 0) return db_error(temporary_.path(), code);
        SM_TRY(const UniqueFd fd, open_file(temporary_.path(), O_RDONLY));
        SM_CHECK_OK(sync_fd(fd.get(), temporary_.path()));
        if (::rename(temporary_.path().c_str(), path_.c_str()) != 0) {
            return os_error(cat("rename to ", path_), errno);
        }
        temporary_.release();
        return sync_directory(directory_of(path_));
    }

  private:
    UniqueFd lock_;         // of the file that is started from
    ScopedPath temporary_;  // removed behind the database, which writes to it when it is closed
    DbHandle db_;
    std::string path_;
    MapBuildOptions options_;
};

// The new file has the owner of the old one, where the caller may give it away.
void set_owner(const std::string& old_path, const std::string& new_path,
               const MapBuildOptions& options) {
    if (::geteuid() != 0) return;
    struct stat info {};
    if (::stat(old_path.c_str(), &info) == 0) {
        static_cast<void>(!::lchown(new_path.c_str(), info.st_uid, info.st_gid));
    } else if (options.owner) {
        static_cast<void>(!::lchown(new_path.c_str(), *options.owner, static_cast<gid_t>(-1)));
    }
}

// Whether a database may hold a key more than once.
Result<bool> has_duplicates(std::string_view type, const std::string& file) {
    SM_TRY(const DbHandle db, open_existing(type, file));
    u_int32_t flags = 0;
    const int code = db->get_flags(db.get(), &flags);
    if (code != 0) return db_error(file, code);
    return (flags & DB_DUP) != 0;
}

Status copy_entries(std::string_view type, const std::string& path, BdbBuilder& to) {
    Status copied;
    SM_CHECK_OK(for_each_entry(type, path, [&](std::string_view key, std::string_view value) {
        if (!copied.ok()) return;
        auto put = to.put(key, value);
        if (!put.ok()) copied = put.error();
    }));
    return copied;
}

}  // namespace

Result<std::unique_ptr<MapBuilder>> make_map_builder(std::string_view type, const std::string& path,
                                                     const MapBuildOptions& wanted) {
    SM_TRY(const DBTYPE kind, type_of(type));
    const std::string file = file_of(path);
    MapBuildOptions options = wanted;
    UniqueFd lock;
    if (options.keep_old) {
        SM_TRY(lock, lock_existing(file));
    }
    const bool copy = lock.valid();
    if (copy) {
        SM_TRY(const bool duplicates, has_duplicates(type, file));
        options.duplicates = options.duplicates || duplicates;
    }
    const std::string name = cat(file, ".", random_name(8), ".tmp");
    SM_TRY(DbHandle db, new_handle(file));
    const std::size_t cache = options.cache_octets != 0 ? options.cache_octets : kDefaultCache;
    db->set_cachesize(db.get(), static_cast<u_int32_t>(cache >> 30),
                      static_cast<u_int32_t>(cache & ((1U << 30) - 1)), 1);
    if (options.duplicates) db->set_flags(db.get(), DB_DUP);
    const mode_t old_mask = ::umask(0);
    const int code = db->open(db.get(), nullptr, name.c_str(), nullptr, kind, DB_CREATE | DB_EXCL,
                              static_cast<int>(options.mode));
    ::umask(old_mask);
    if (code > 0) return os_error(file, code);
    if (code != 0) return db_error(file, code);
    ScopedPath temporary(name);
    set_owner(file, name, options);
    auto builder = std::make_unique<BdbBuilder>(std::move(db), file, std::move(temporary), options,
                                                std::move(lock));
    if (copy) SM_CHECK_OK(copy_entries(type, path, *builder));
    return std::unique_ptr<MapBuilder>(std::move(builder));
}

Status for_each_entry(
    std::string_view type, const std::string& path,
    const std::function<void(std::string_view key, std::string_view value)>& visit) {
    const std::string file = file_of(path);
    SM_TRY(const DbHandle db, open_existing(type, file));
    DBC* cursor = nullptr;
    int code = db->cursor(db.get(), nullptr, &cursor, 0);
    if (code != 0) return db_error(file, code);
    DBT key{};
    DBT value{};
    while ((code = cursor->get(cursor, &key, &value, DB_NEXT)) == 0) {
        visit({static_cast<const char*>(key.data), key.size},
              {static_cast<const char*>(value.data), value.size});
    }
    cursor->close(cursor);
    if (code != DB_NOTFOUND) return db_error(file, code);
    return {};
}

Result<std::optional<std::string>> find_entry(std::string_view type, const std::string& path,
                                              std::string_view key) {
    const std::string file = file_of(path);
    SM_TRY(const DbHandle db, open_existing(type, file));
    DBT wanted = as_dbt(key);
    DBT found{};
    const int code = db->get(db.get(), nullptr, &wanted, &found, 0);
    if (code == DB_NOTFOUND) return std::optional<std::string>();
    if (code != 0) return db_error(file, code);
    return std::optional<std::string>(std::in_place, static_cast<const char*>(found.data),
                                      found.size);
}

std::vector<std::string_view> buildable_map_types() {
    return {"hash", "btree", "implicit"};
}

}  // namespace sm
