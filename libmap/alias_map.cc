#include "libmap/alias_map.h"

#include <sys/stat.h>

#include <cerrno>

#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

enum class Presence { kThere, kMissing, kUnknown };

Presence presence_of(const Map& map) {
    const std::vector<std::string> files = map.files();
    struct stat info {};
    if (files.empty()) return Presence::kUnknown;
    if (::stat(files.front().c_str(), &info) == 0) return Presence::kThere;
    return errno == ENOENT ? Presence::kMissing : Presence::kUnknown;
}

class AliasMap final : public Map {
  public:
    AliasMap(std::unique_ptr<Map> database, std::unique_ptr<Map> text,
             const MapEnvironment& environment)
        : database_(std::move(database)), text_(std::move(text)), environment_(environment) {
        set_identity(database_->name(), database_->type());
    }

    Status open() override { return one().open(); }
    Result<std::optional<std::string>> lookup(std::string_view key, const MapArgs& args,
                                              Deadline deadline) override {
        asked_ = &one();
        return asked_->lookup(key, args, deadline);
    }
    [[nodiscard]] const Error* masked_failure() const override {
        return asked_ != nullptr ? asked_->masked_failure() : nullptr;
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        return one().probe(key, args, deadline);
    }
    [[nodiscard]] std::vector<std::string> files() const override {
        std::vector<std::string> out = database_->files();
        for (std::string& file : text_->files()) out.push_back(std::move(file));
        return out;
    }
    [[nodiscard]] int absent_status() const override { return database_->absent_status(); }

  private:
    Map& one() {
        if (presence_of(*database_) != Presence::kMissing ||
            presence_of(*text_) != Presence::kThere) {
            return *database_;
        }
        if (!told_) {
            const std::string text = cat("WARNING: cannot open alias database ",
                                         text_->files().front(), "; reading text version");
            if (environment_.report) {
                environment_.report(text);
            } else {
                log_at(4, LogPriority::kWarning, text);
            }
        }
        told_ = true;
        return *text_;
    }

    std::unique_ptr<Map> database_;
    std::unique_ptr<Map> text_;
    const MapEnvironment& environment_;
    Map* asked_ = nullptr;
    bool told_ = false;
};

}  // namespace

std::unique_ptr<Map> make_alias_map(std::unique_ptr<Map> database, std::unique_ptr<Map> text,
                                    const MapEnvironment& environment) {
    return std::make_unique<AliasMap>(std::move(database), std::move(text), environment);
}

}  // namespace sm
