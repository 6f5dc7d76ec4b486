// Classes hash and btree: files of Berkeley DB. A file that is replaced is opened anew; one that is
// being rebuilt in place is waited for.
#include "libmap/bdb_file.h"
#include "libmap/drivers.h"
#include "libmap/file_map.h"
#include "libsm/strings.h"

namespace sm {
namespace {

class BdbMap final : public FileMap {
  public:
    BdbMap(MapFlags flags, const MapEnvironment& environment, BdbKind kind)
        : FileMap(std::move(flags), environment, ".db"), kind_(kind) {}

  protected:
    Status load(int fd) override { return file_.open(fd, kind_, path()); }
    void unload() override { file_.close(); }

    Result<std::optional<std::string>> get(std::string_view key) override {
        return flags().join_values ? all_values(key, *flags().join_values) : file_.find(key);
    }

  private:
    Result<std::optional<std::string>> all_values(std::string_view key, char separator) {
        std::string out;
        SM_TRY(const bool found, file_.each_value(key, [&](std::string_view value) {
            if (!out.empty()) out += separator;
            out += value;
            while (!out.empty() && out.back() == '\0') out.pop_back();
            return true;
        }));
        if (!found) return std::optional<std::string>();
        return std::optional<std::string>(std::move(out));
    }

    BdbKind kind_;
    BdbFile file_;
};

std::unique_ptr<Map> make_bdb_map(MapFlags flags, const MapEnvironment& environment, BdbKind kind,
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
    return make_bdb_map(std::move(flags), environment, BdbKind::kHash, "hash");
}

std::unique_ptr<Map> make_implicit_map(MapFlags flags, const MapEnvironment& environment) {
    return make_bdb_map(std::move(flags), environment, BdbKind::kHash, "implicit");
}

std::unique_ptr<Map> make_btree_map(MapFlags flags, const MapEnvironment& environment) {
    return make_bdb_map(std::move(flags), environment, BdbKind::kBtree, "btree");
}

}  // namespace sm
