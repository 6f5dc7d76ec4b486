// Class lmdb: files of LMDB without sub-directory, as Postfix has them too.
#include "libmap/drivers.h"
#include "libmap/file_map.h"
#include "libmap/lmdb_file.h"

namespace sm {
namespace {

class LmdbMap final : public FileMap {
  public:
    LmdbMap(MapFlags flags, const MapEnvironment& environment)
        : FileMap(std::move(flags), environment, ".lmdb") {}

  protected:
    Status load(int fd) override { return file_.open(fd, path()); }
    void unload() override { file_.close(); }
    Result<std::optional<std::string>> get(std::string_view key) override {
        return file_.find(key);
    }

  private:
    LmdbFile file_;
};

}  // namespace

std::unique_ptr<Map> make_lmdb_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<LmdbMap>(std::move(flags), environment);
}

}  // namespace sm
