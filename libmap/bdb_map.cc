// Classes hash and btree: Berkeley DB files, read without an environment (pread only, good across
// fork). A file that is replaced is opened anew; one that is being rebuilt in place is waited for.
#include <db.h>
#include <sys/stat.h>

#include <algorithm>

#include "libmap/bdb_file.h"
#include "libmap/drivers.h"
#include "libmap/file_map.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct DbCloser {
    void operator()(DB* db) const { db->close(db, 0); }
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
        if (!is_whole_database(fd)) {
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
