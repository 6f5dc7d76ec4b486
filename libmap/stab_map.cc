// Class stab: an alias file, kept in memory; read again when it has changed.
#include <sys/stat.h>

#include "libmap/alias_text.h"
#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

class StabMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] std::vector<std::string> files() const override { return {flags().rest}; }

    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        if (flags().optional && !refresh(deadline).ok()) return MapProbe{false, {}, 0};
        return CommonMap::probe(key, args, deadline);
    }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        const Status ready = refresh(deadline);
        if (!ready.ok()) {
            if (flags().optional && ready.error().sys_errno == ENOENT) return Value();
            return ready.error();
        }
        const auto found = text_.entries.find(std::string(key));
        return found != text_.entries.end() ? Value(found->second) : Value();
    }

  private:
    [[nodiscard]] bool is_current() const {
        struct stat now {};
        return read_ && ::stat(flags().rest.c_str(), &now) == 0 && same_file_state(now, seen_);
    }

    // What can be told of the file as it is now is in text_ afterwards. The names in it are
    // addresses: rules that look into this map meanwhile find nothing new.
    Status refresh(Deadline deadline) {
        if (reading_ || is_current()) return {};
        auto fd = open_for_map(environment(), flags().rest);
        if (!fd.ok()) return unavailable(std::move(fd).error());
        struct stat info {};
        if (::fstat(fd->get(), &info) != 0) return unavailable(os_error(flags().rest, errno));
        auto text = read_all(fd->get());
        if (!text.ok()) return unavailable(std::move(text).error());
        reading_ = true;
        text_ = read_alias_text(*text, flags().rest, checks(deadline));
        reading_ = false;
        if (environment().report) environment().report(text_.totals(flags().rest));
        seen_ = info;
        read_ = true;
        return {};
    }

    [[nodiscard]] AliasTextChecks checks(Deadline deadline) const {
        AliasTextChecks out;
        if (environment().alias_key) {
            out.key_of = [this, deadline](std::string_view name) {
                return environment().alias_key(name, deadline);
            };
        }
        out.complain = [this](std::string_view text, bool /*refused*/) {
            if (environment().report) return environment().report(text);
            log_at(4, LogPriority::kWarning, text);
        };
        return out;
    }

    static Error unavailable(Error error) {
        error.code = Exit::kTempFail;
        return error;
    }

    AliasText text_;
    struct stat seen_ {};
    bool read_ = false;
    bool reading_ = false;
};

}  // namespace

std::unique_ptr<Map> make_stab_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        if (environment.warn) environment.warn(cat("No file name for stab map ", flags.map_name));
        return make_unopened_map(flags.map_name, "stab");
    }
    return std::make_unique<StabMap>(std::move(flags), environment);
}

}  // namespace sm
