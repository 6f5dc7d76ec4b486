// Classes that ask other maps: sequence, switch, debug.
#include <algorithm>
#include <cctype>
#include <chrono>

#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/service_switch.h"
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
        masked_.reset();
        for (const std::string& name : members()) {
            Map* member = environment_.find_map(name);
            if (member == nullptr) continue;
            Result<Value> value = member->lookup(key, args, deadline);
            if (!value.ok()) {
                failure = std::move(value).error();
                continue;
            }
            const Error* masked = member->masked_failure();
            if (value->has_value()) {
                // What stands in for the answer of this member, or an answer.
                masked_ = masked == nullptr ? std::nullopt : std::optional(*masked);
                return value;
            }
            if (masked != nullptr) masked_ = *masked;
        }
        if (failure) return *std::move(failure);
        return Value();
    }
    [[nodiscard]] const Error* masked_failure() const override {
        return masked_ ? &*masked_ : nullptr;
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        MapProbe answer{true, std::nullopt, absent_status()};
        for (const std::string& name : members()) {
            Map* member = environment_.find_map(name);
            if (member == nullptr) continue;
            MapProbe one = member->probe(key, args, deadline);
            if (one.value) return one;
            if (one.status == static_cast<int>(Exit::kTempFail)) answer.status = one.status;
        }
        return answer;
    }

  protected:
    [[nodiscard]] virtual const std::vector<std::string>& members() { return members_; }
    [[nodiscard]] const MapEnvironment& environment() const { return environment_; }
    std::vector<std::string> members_{};
    std::optional<Error> masked_{};

  private:
    const MapEnvironment& environment_;
};

// Names of maps; whatever stands between them. There are no flags.
std::vector<std::string_view> map_names(std::string_view text) {
    const auto in_name = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    std::vector<std::string_view> out;
    while (!text.empty()) {
        std::size_t end = 0;
        while (end < text.size() && in_name(text[end])) ++end;
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

class NamedSequenceMap final : public SequenceMap {
  public:
    NamedSequenceMap(const MapFlags& given, const MapEnvironment& environment)
        : SequenceMap(environment) {
        for (const std::string_view name : map_names(given.rest)) {
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
        masked_.reset();
        Status found = find_services();
        if (!found.ok()) return unusable(key, std::move(found).error());
        if (known_) return SequenceMap::lookup(key, args, deadline);
        if (flags_.optional) return Value();
        return unusable(key, no_service());
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        const bool found = find_services().ok();
        if (found && !known_ && flags_.optional) return MapProbe{false, {}, 0};
        if (!found || !known_) {
            return MapProbe{true, std::nullopt, static_cast<int>(Exit::kTempFail)};
        }
        return SequenceMap::probe(key, args, deadline);
    }

  private:
    [[nodiscard]] Error no_service() const {
        return make_error(Exit::kTempFail,
                          cat("Switch map ", name(), ": no service ", flags_.rest));
    }

    // -t and -T are of the map itself only while it has no members.
    Result<Value> unusable(std::string_view key, Error failure) {
        if (flags_.append_temporary) {
            // Rules that go on are not told why.
            if (!flags_.temporary_absent) masked_ = make_error(failure.code, "");
            return Value(strip_quotes(key) + *flags_.append_temporary);
        }
        if (flags_.temporary_absent) return Value();
        return failure;
    }

    // Without the file there are local files only.
    Status find_services() {
        if (read_) return {};
        const std::string path = environment().option("ServiceSwitchFile");
        auto text = read_file(path, 1U << 20);
        if (!text.ok() && text.error().sys_errno != ENOENT) {
            return make_error(Exit::kTempFail, text.error().text);
        }
        const ServiceSwitch lines(text.ok() ? *text : "aliases files\npasswd files\nhosts files\n");
        const std::vector<std::string> services = lines.services(flags_.rest);
        known_ = !services.empty();
        for (const std::string& service : services) add_member(service);
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
    if (flags.rest.empty()) {
        say(environment.warn, cat("No file name for switch map ", flags.map_name));
        return make_unopened_map(flags.map_name, "switch");
    }
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
