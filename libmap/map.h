// Map: one declared map (a K line, an alias file, a class filled from a map) of the
// configuration. A driver implements one class (hash, text, regex, ...). See map_types.h for the
// registry and map_flags.h for the flags common to all classes.
//
// A map object is made when the configuration is read and opened at first use or before the first
// fork; handles opened read-only cross a fork.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

// What a rule passes beside the key: $(map key $@ a1 $@ a2 $).
using MapArgs = std::vector<std::string>;

// What test mode prints for "/map NAME KEY".
struct MapProbe {
    bool open = true;                    // false: Map named "NAME" not open
    std::optional<std::string> value{};  // returns VALUE (status), else: no match (status)
    int status = 0;                      // sysexits number, or the exit code of a program
};

class Map {
  public:
    Map() = default;
    Map(const Map&) = delete;
    Map& operator=(const Map&) = delete;
    virtual ~Map() = default;

    // Makes the map ready (opens files, compiles expressions). Called before the first fork for
    // maps backed by files, else at first lookup. Error: the map cannot be used now; lookups then
    // give an Error too, unless the map is optional (-o).
    [[nodiscard]] virtual Status open() { return {}; }

    // value: found, already formed by the flags (-a, -m, %0..%9, ...); nullopt: no such key;
    // Error: the source could not be asked (kTempFail keeps the message queued; -t turns it into
    // nullopt, -T into a value: the common code in map_flags does both).
    // key: as the rule gave it, quotes included, any length.
    [[nodiscard]] virtual Result<std::optional<std::string>> lookup(std::string_view key,
                                                                    const MapArgs& args,
                                                                    Deadline deadline) = 0;

    // Why the last lookup could not be answered although it gave a value (-T put that in its place)
    // or "absent" (-D). nullptr: it was answered. What was asked for stays "cannot tell" where the
    // rules let it pass.
    [[nodiscard]] virtual const Error* masked_failure() const { return nullptr; }

    // The same lookup without what rules add (-t, -T, removal of quotes from the key).
    [[nodiscard]] virtual MapProbe probe(std::string_view key, const MapArgs& args,
                                         Deadline deadline) {
        auto answer = lookup(key, args, deadline);
        const Error* failure = answer.ok() ? masked_failure() : &answer.error();
        if (failure != nullptr) {
            return MapProbe{true, std::nullopt, static_cast<int>(failure->code)};
        }
        auto value = std::move(answer).value();
        const int status = value ? 0 : absent_status();
        return MapProbe{true, std::move(value), status};
    }

    // Files that a lookup reads, by absolute path: the broker opens them for processes that may
    // not (MapEnvironment::open_file). Empty: none.
    [[nodiscard]] virtual std::vector<std::string> files() const { return {}; }

    // The UNIX socket that lookups connect to; the broker connects for processes that may not.
    // Empty: none.
    [[nodiscard]] virtual std::string unix_socket() const { return {}; }

    // The number that test mode and traces show beside "absent"; differs by class, as of old.
    [[nodiscard]] virtual int absent_status() const { return 0; }

    // Name in the K line, and class ("hash").
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& type() const { return type_; }
    void set_identity(std::string name, std::string type) {
        name_ = std::move(name);
        type_ = std::move(type);
    }

  private:
    std::string name_;
    std::string type_;
};

}  // namespace sm
