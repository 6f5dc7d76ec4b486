// Class user: the account database. -v names the field that is the value.
#include <pwd.h>

#include <array>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

struct Field {
    std::string_view name;
    std::string (*value)(const passwd&);
};

constexpr std::array<Field, 7> kFields = {{
    {"name", [](const passwd& entry) { return std::string(entry.pw_name); }},
    // Never the real one.
    {"passwd", [](const passwd&) { return std::string("x"); }},
    {"uid", [](const passwd& entry) { return cat(entry.pw_uid); }},
    {"gid", [](const passwd& entry) { return cat(entry.pw_gid); }},
    {"gecos", [](const passwd& entry) { return std::string(entry.pw_gecos); }},
    {"dir", [](const passwd& entry) { return std::string(entry.pw_dir); }},
    {"shell", [](const passwd& entry) { return std::string(entry.pw_shell); }},
}};

// nullptr: there is no such field.
const Field* field_of(std::string_view column) {
    if (column.empty()) return kFields.data();
    for (const Field& field : kFields) {
        if (field.name == column) return &field;
    }
    return nullptr;
}

class UserMap final : public CommonMap {
  public:
    UserMap(MapFlags flags, const MapEnvironment& environment)
        : CommonMap(std::move(flags), environment), field_(field_of(this->flags().value_column)) {}
    [[nodiscard]] int absent_status() const override { return 67; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        if (field_ == nullptr) {
            const std::string text =
                cat("User map ", name(), ": unknown column name ", flags().value_column);
            if (!told_ && environment().report) environment().report(text);
            told_ = true;
            return make_error(Exit::kTempFail, text);
        }
        SM_TRY(Value value, look_up(std::string(key)));
        const std::string small = lower(key);
        if (!value && small != key) return look_up(small);
        return value;
    }

  private:
    Result<Value> look_up(const std::string& name) const {
        std::array<char, 16384> memory{};
        passwd entry{};
        passwd* found = nullptr;
        const int number = ::getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found);
        if (found != nullptr) return Value(field_->value(entry));
        if (number != 0) return make_error(Exit::kTempFail, "account database");
        return Value();
    }

    const Field* field_;
    bool told_ = false;
};

}  // namespace

std::unique_ptr<Map> make_user_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<UserMap>(std::move(flags), environment);
}

}  // namespace sm
