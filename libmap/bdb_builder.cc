#include <db.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "libmap/map_format.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// Large enough that a million short entries are built in memory; the library takes what it needs.
constexpr std::size_t kDefaultCache = 256U << 20;

struct DbCloser {
    void operator()(DB* db) const { db->close(db, DB_NOSYNC); }
};
using DbHandle = std::unique_ptr<DB, DbCloser>;

// The library's own lines on standard error say less than our errors.
void silent(const DB_ENV*, const char*, const char*) {}

Error db_error(std::string_view what, int code) {
    return {Exit::kCantCreate, cat(what, ": ", ::db_strerror(code)), code > 0 ? code : EIO, {}};
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

// Whether a database may hold a key more than once.
Result<bool> has_duplicates(std::string_view type, const std::string& file) {
    SM_TRY(const DbHandle db, open_existing(type, file));
    u_int32_t flags = 0;
    const int code = db->get_flags(db.get(), &flags);
    if (code != 0) return db_error(file, code);
    return (flags & DB_DUP) != 0;
}

// From here on the order of insertion pays; smaller maps are laid out as others lay them out.
constexpr std::size_t kOrderedFrom = 20000;
constexpr std::size_t kPage = 4096;

// How many pages a hash gets at once, as the library will divide them: a power of two.
struct Buckets {
    std::uint32_t fill = 0;  // entries per page
    std::uint32_t mask = 0;
};

Buckets buckets_for(const EntryTable& entries) {
    const std::size_t count = entries.entries().size();
    const std::size_t each = entries.octets() / count + 8;
    Buckets out;
    out.fill = static_cast<std::uint32_t>(std::max<std::size_t>(2, kPage * 8 / 10 / each));
    std::uint32_t buckets = 1;
    while (buckets < count / out.fill) buckets *= 2;
    out.mask = buckets - 1;
    return out;
}

std::vector<EntryTable::Entry> in_bucket_order(const EntryTable& entries, std::uint32_t mask) {
    std::vector<std::uint64_t> order;
    order.reserve(entries.entries().size());
    for (std::size_t i = 0; i < entries.entries().size(); ++i) {
        const EntryTable::Entry& entry = entries.entries()[i];
        if (entry.data != nullptr) order.push_back(std::uint64_t{entry.hash & mask} << 32 | i);
    }
    std::sort(order.begin(), order.end());
    std::vector<EntryTable::Entry> out;
    out.reserve(order.size());
    for (const std::uint64_t place : order) {
        out.push_back(entries.entries()[place & 0xFFFFFFFFU]);
    }
    return out;
}

// Entries for one call of DB->put with DB_MULTIPLE_KEY: keys and values from the front; from the
// back, downwards, where each begins and how long it is, then ~0 (as DB_MULTIPLE_KEY_WRITE_NEXT has
// it).
class BulkBuffer {
  public:
    BulkBuffer() : words_(kWords), top_(kWords) {}

    // False: it does not fit any more, put() first.
    [[nodiscard]] bool add(const EntryTable::Entry& entry) {
        const std::size_t size = std::size_t{entry.key_size} + entry.value_size;
        if (top_ < kWordsOfEntry || used_ + size > (top_ - kWordsOfEntry) * sizeof words_[0]) {
            return false;
        }
        std::memcpy(octets() + used_, entry.data, size);
        words_[--top_] = static_cast<std::uint32_t>(used_);
        words_[--top_] = entry.key_size;
        words_[--top_] = static_cast<std::uint32_t>(used_ + entry.key_size);
        words_[--top_] = entry.value_size;
        used_ += size;
        return true;
    }

    [[nodiscard]] int put(DB* db) {
        if (used_ == 0) return 0;
        words_[top_ - 1] = ~0U;
        DBT bulk{};
        bulk.data = words_.data();
        bulk.ulen = kWords * sizeof words_[0];
        bulk.flags = DB_DBT_USERMEM | DB_DBT_BULK;
        used_ = 0;
        top_ = kWords;
        return db->put(db, nullptr, &bulk, nullptr, DB_MULTIPLE_KEY);
    }

  private:
    static constexpr std::uint32_t kWords = 1U << 18;
    static constexpr std::size_t kWordsOfEntry = 5;  // and of the end behind it
    [[nodiscard]] char* octets() { return reinterpret_cast<char*>(words_.data()); }

    std::vector<std::uint32_t> words_;
    std::size_t top_;       // words below it are free
    std::size_t used_ = 0;  // octets
};

int put_one(DB* db, const EntryTable::Entry& entry) {
    DBT k = as_dbt(entry.key());
    DBT v = as_dbt(entry.value());
    return db->put(db, nullptr, &k, &v, 0);
}

Status put_all(DB* db, const std::string& path, const std::vector<EntryTable::Entry>& entries) {
    BulkBuffer bulk;
    int code = 0;
    for (const EntryTable::Entry& entry : entries) {
        if (entry.data == nullptr || bulk.add(entry)) continue;
        code = bulk.put(db);
        if (code == 0 && !bulk.add(entry)) code = put_one(db, entry);  // larger than the buffer
        if (code != 0) return db_error(path, code);
    }
    code = bulk.put(db);
    if (code != 0) return db_error(path, code);
    return {};
}

Status write_bdb(std::string_view type, const std::string& path, const EntryTable& entries,
                 const MapBuildOptions& options) {
    SM_TRY(const DBTYPE kind, type_of(type));
    SM_TRY(DbHandle db, new_handle(path));
    const std::size_t cache = options.cache_octets != 0 ? options.cache_octets : kDefaultCache;
    db->set_cachesize(db.get(), static_cast<u_int32_t>(cache >> 30),
                      static_cast<u_int32_t>(cache & ((1U << 30) - 1)), 1);
    if (options.duplicates) db->set_flags(db.get(), DB_DUP);
    const std::size_t count = entries.entries().size();
    const bool order = count >= kOrderedFrom;
    Buckets buckets;
    if (order && kind == DB_HASH) {
        buckets = buckets_for(entries);
        db->set_h_ffactor(db.get(), buckets.fill);
        db->set_h_nelem(db.get(), static_cast<u_int32_t>(count));
    }
    int code = db->open(db.get(), nullptr, path.c_str(), nullptr, kind, DB_CREATE, 0);
    if (code != 0) return db_error(path, code);
    if (!order) {
        SM_CHECK_OK(put_all(db.get(), path, entries.entries()));
    } else {
        SM_CHECK_OK(put_all(
            db.get(), path,
            kind == DB_HASH ? in_bucket_order(entries, buckets.mask) : entries.sorted_by_key()));
    }
    DB* raw = db.release();
    code = raw->close(raw, 0);
    if (code != 0) return db_error(path, code);
    return {};
}

Status visit_bdb(std::string_view type, const std::string& file, const EntryVisitor& visit) {
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

Result<std::optional<std::string>> find_bdb(std::string_view type, const std::string& file,
                                            std::string_view key) {
    SM_TRY(const DbHandle db, open_existing(type, file));
    DBT wanted = as_dbt(key);
    DBT found{};
    const int code = db->get(db.get(), nullptr, &wanted, &found, 0);
    if (code == DB_NOTFOUND) return std::optional<std::string>();
    if (code != 0) return db_error(file, code);
    return std::optional<std::string>(std::in_place, static_cast<const char*>(found.data),
                                      found.size);
}

}  // namespace

const MapFormat* bdb_format() {
    static constexpr MapFormat kFormat{".db",     0,        true,          write_bdb,
                                       visit_bdb, find_bdb, has_duplicates};
    return &kFormat;
}

}  // namespace sm
