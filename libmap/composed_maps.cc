// Classes that ask other maps: sequence, switch, debug.
#include <chrono>

#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

void say(const std::function<void(std::string_view)>& tell, const std::string& text) {
    if (tell) tell(text);
}

// Maps in order: the first value counts, also when a map before it could not tell; without one,
// nobody knows while one of them could not tell.
class SequenceMap : public Map {
  public:
    explicit SequenceMap(const MapEnvironment& environment) : environment_(environment) {}
    [[nodiscard]] int absent_status() const override { return 68; }

    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline deadline) override {
        std::optional<Error> failure;
        for (const std::string& name : members()) {
            Map* member = environment_.find_map(name);
            if (member == nullptr) continue;
            Result<Value> value = member->lookup(key, args, deadline);
            if (!value.ok()) {
                failure = std::move(value).error();
            } else if (value->has_value()) {
                return value;
            }
        }
        if (failure) return *std::move(failure);
        return Value();
    }

  protected:
    [[nodiscard]] virtual const std::vector<std::string>& members() { return members_; }
    [[nodiscard]] const MapEnvironment& environment() const { return environment_; }
    std::vector<std::string> members_{};

  private:
    const MapEnvironment& environment_;
};

class NamedSequenceMap final : public SequenceMap {
  public:
    NamedSequenceMap(const MapFlags& given, const MapEnvironment& environment)
        : SequenceMap(environment) {
        for (std::string_view name : split_words(given.rest)) {
            if (name.starts_with('-')) name.remove_prefix(1);  // no flags here
            if (environment.find_map(name) != nullptr) {
                members_.emplace_back(name);
            } else {
                say(environment.warn,
                    cat("Sequence map ", given.map_name, ": unknown member map ", name));
            }
        }
    }
};

// The services of a line of the service switch file, as maps NAME.SERVICE.
class SwitchMap final : public SequenceMap {
  public:
    SwitchMap(MapFlags flags, const MapEnvironment& environment)
        : SequenceMap(environment), flags_(std::move(flags)) {}

    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline deadline) override {
        SM_CHECK_OK(find_services());
        if (!known_) return no_service();
        return SequenceMap::lookup(key, args, deadline);
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        if (flags_.optional && find_services().ok() && !known_) return MapProbe{false, {}, 0};
        return SequenceMap::probe(key, args, deadline);
    }

  private:
    Result<Value> no_service() const {
        if (flags_.optional) return Value();
        return make_error(Exit::kTempFail,
                          cat("Switch map ", name(), ": no service ", flags_.rest));
    }

    // Without the file there are local files only.
    Status find_services() {
        if (read_) return {};
        const std::string path = environment().option("ServiceSwitchFile");
        auto text = read_file(path, 1U << 20);
        if (!text.ok() && text.error().sys_errno != ENOENT) {
            return make_error(Exit::kTempFail, text.error().text);
        }
        const std::string lines = text.ok() ? *text : "aliases files\npasswd files\nhosts files\n";
        for (std::string_view line : split(lines, '\n')) {
            line = line.substr(0, line.find('#'));
            const std::vector<std::string_view> words = split_words(line);
            if (words.empty() || !iequals(words[0], flags_.rest)) continue;
            known_ = true;
            for (std::size_t i = 1; i < words.size(); ++i) add_member(words[i]);
            break;
        }
        read_ = true;
        return {};
    }

    void add_member(std::string_view service) {
        std::string member = cat(name(), ".", service);
        if (environment().find_map(member) != nullptr) {
            members_.push_back(std::move(member));
        } else {
            say(environment().report, cat("Switch map ", name(), ": unknown member map ", member));
        }
    }

    MapFlags flags_;
    bool read_ = false;
    bool known_ = false;
};

// Another map's answers, each of them in the log.
class DebugMap final : public Map {
  public:
    DebugMap(MapFlags flags, const MapEnvironment& environment)
        : flags_(std::move(flags)), environment_(environment) {}

    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline deadline) override {
        Map* const other = environment_.find_map(flags_.rest);
        if (other == nullptr) {
            return make_error(Exit::kTempFail, cat("debug map ", name(), ": no map ", flags_.rest));
        }
        const auto start = std::chrono::steady_clock::now();
        Result<Value> value = other->lookup(key, args, deadline);
        const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start);
        std::string shown = value.ok() ? value->has_value() ? cat("\"", **value, "\"") : "absent"
                                       : cat("cannot tell: ", value.error().text);
        log_message(LogPriority::kDebug, cat("map ", name(), ": ", flags_.rest, "(\"", key,
                                             "\") => ", shown, ", ", spent.count(), " us"));
        absent_ = other->absent_status();
        return value;
    }
    [[nodiscard]] int absent_status() const override { return absent_; }

  private:
    MapFlags flags_;
    const MapEnvironment& environment_;
    int absent_ = 0;
};

}  // namespace

std::unique_ptr<Map> make_sequence_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<NamedSequenceMap>(flags, environment);
}

std::unique_ptr<Map> make_switch_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<SwitchMap>(std::move(flags), environment);
}

std::unique_ptr<Map> make_debug_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        say(environment.warn, cat("No map name for debug map ", flags.map_name));
        return make_unopened_map(flags.map_name, "debug");
    }
    return std::make_unique<DebugMap>(std::move(flags), environment);
}

}  // namespace sm
