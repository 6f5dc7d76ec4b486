// Class userdb: a field of the records in the databases of option UserDatabaseSpec, keys
// "user:field". Source: operations guide 5.12.
#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

constexpr std::string_view kMailName = "mailname";
constexpr std::string_view kDefaultMailName = ":default:mailname";

class UserdbMap final : public CommonMap {
  public:
    UserdbMap(MapFlags flags, const MapEnvironment& environment)
        : CommonMap(std::move(flags), environment), field_(lower(trim(this->flags().rest))) {}

    [[nodiscard]] std::vector<std::string> files() const override {
        std::vector<std::string> out;
        for (const std::string& path : paths()) {
            out.push_back(path.ends_with(kSuffix) ? path : cat(path, kSuffix));
        }
        return out;
    }

  protected:
    // A user is one if there is where to deliver mail for it: only then the default name counts.
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (key.empty() || key.starts_with(':')) return Value();
        open_databases();
        for (const auto& database : databases_) {
            SM_TRY(auto value, ask(*database, cat(key, ':', field_), deadline));
            if (value) return value;
            if (field_ != kMailName) continue;
            SM_TRY(const auto maildrop, ask(*database, cat(key, ":maildrop"), deadline));
            if (!maildrop) continue;
            SM_TRY(const auto host, ask(*database, kDefaultMailName, deadline));
            if (host) return Value(cat(key, '@', *host));
        }
        return Value();
    }

  private:
    static constexpr std::string_view kSuffix = ".db";

    static Result<Value> ask(Map& database, std::string_view key, Deadline deadline) {
        return database.lookup(key, {}, deadline);
    }

    // Files, separated by commas or white space. Names with "@" were hosts of old.
    [[nodiscard]] std::vector<std::string> paths() const {
        std::string spec = environment().option ? environment().option("UserDatabaseSpec") : "";
        for (char& c : spec) {
            if (c == ',') c = ' ';
        }
        std::vector<std::string> out;
        for (const std::string_view word : split_words(spec)) {
            if (word.starts_with('/')) out.emplace_back(word);
        }
        return out;
    }

    void open_databases() {
        if (!databases_.empty()) return;
        for (const std::string& path : paths()) {
            MapFlags flags;
            flags.optional = true;
            flags.fold = false;
            flags.keep_quotes = true;
            flags.join_values = this->flags().delimiter;
            flags.map_name = name();
            flags.rest = path;
            std::unique_ptr<Map> database = make_btree_map(std::move(flags), environment());
            if (database == nullptr) return;
            database->set_identity(name(), "btree");
            databases_.push_back(std::move(database));
        }
    }

    std::string field_;
    std::vector<std::unique_ptr<Map>> databases_;
};

}  // namespace

std::unique_ptr<Map> make_userdb_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        if (environment.warn) {
            environment.warn(cat("No file name for userdb map ", flags.map_name));
        }
        return make_unopened_map(flags.map_name, "userdb");
    }
    return std::make_unique<UserdbMap>(std::move(flags), environment);
}

}  // namespace sm
