// Class cdb: constant databases, mapped into memory; good across fork.
#include <cdb.h>

#include <cerrno>

#include "libmap/drivers.h"
#include "libmap/file_map.h"
#include "libsm/mapped_file.h"
#include "libsm/strings.h"

namespace sm {
namespace {

class CdbMap final : public FileMap {
  public:
    CdbMap(MapFlags flags, const MapEnvironment& environment)
        : FileMap(std::move(flags), environment, ".cdb") {}
    CdbMap(const CdbMap&) = delete;
    CdbMap& operator=(const CdbMap&) = delete;
    ~CdbMap() override { CdbMap::unload(); }

  protected:
    Status load(int fd) override {
        if (::cdb_init(&cdb_, fd) != 0) return failed();
        loaded_ = true;
        guard_.set(cdb_.cdb_mem, cdb_.cdb_fsize);
        return {};
    }

    void unload() override {
        guard_.clear();
        if (loaded_) ::cdb_free(&cdb_);
        loaded_ = false;
    }

    Result<std::optional<std::string>> get(std::string_view key) override {
        const int code = ::cdb_find(&cdb_, key.data(), static_cast<unsigned>(key.size()));
        if (code == 0) return std::optional<std::string>();
        if (code < 0) return failed();
        const void* data = ::cdb_get(&cdb_, cdb_datalen(&cdb_), cdb_datapos(&cdb_));
        if (data == nullptr) return failed();
        return std::optional<std::string>(std::in_place, static_cast<const char*>(data),
                                          cdb_datalen(&cdb_));
    }

  private:
    [[nodiscard]] Error failed() const {
        return make_error(Exit::kTempFail, os_error(path(), errno).text);
    }

    struct cdb cdb_ {};
    bool loaded_ = false;
    MappingGuard guard_;
};

}  // namespace

std::unique_ptr<Map> make_cdb_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<CdbMap>(std::move(flags), environment);
}

}  // namespace sm
