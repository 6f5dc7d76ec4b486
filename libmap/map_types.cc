#include "libmap/map_types.h"

#include <array>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libmap/map_type_alias.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct MapType {
    std::string_view name;
    std::unique_ptr<Map> (*make)(MapFlags, const MapEnvironment&);
    enum class Flags {
        kCommon,
        kFile,   // and the word behind them, what follows it is a comment
        kAny,    // those it does not know are no mistake
        kFirst,  // one, whatever else there is
        kOwn,    // the class reads its flags itself: they arrive as `rest`
    } flags = Flags::kCommon;
};

constexpr std::array kTypes = {
    MapType{"arith", make_arith_map, MapType::Flags::kAny},
    MapType{"arpa", make_arpa_map, MapType::Flags::kAny},
    MapType{"bestmx", make_bestmx_map, MapType::Flags::kOwn},
    MapType{"btree", make_btree_map, MapType::Flags::kFile},
    MapType{"cdb", make_cdb_map, MapType::Flags::kFile},
    MapType{"cidr", make_cidr_map, MapType::Flags::kFile},
    MapType{"debug", make_debug_map},
    MapType{"dequote", make_dequote_map, MapType::Flags::kFirst},
    MapType{"dns", make_dns_map, MapType::Flags::kOwn},
    MapType{"fail", make_fail_map},
    MapType{"hash", make_hash_map, MapType::Flags::kFile},
    MapType{"host", make_host_map, MapType::Flags::kAny},
    MapType{"implicit", make_implicit_map, MapType::Flags::kFile},
    MapType{"ldap", make_ldap_map, MapType::Flags::kOwn},
    MapType{"lmdb", make_lmdb_map, MapType::Flags::kFile},
    MapType{"macro", make_macro_map, MapType::Flags::kAny},
    MapType{"null", make_null_map},
    MapType{"program", make_program_map},
    MapType{"regex", make_regex_map, MapType::Flags::kOwn},
    MapType{"sequence", make_sequence_map, MapType::Flags::kOwn},
    MapType{"socket", make_socket_map, MapType::Flags::kOwn},
    MapType{"stab", make_stab_map, MapType::Flags::kFile},
    MapType{"switch", make_switch_map, MapType::Flags::kFile},
    MapType{"syslog", make_syslog_map, MapType::Flags::kOwn},
    MapType{"text", make_text_map, MapType::Flags::kFile},
    MapType{"user", make_user_map},
    MapType{"userdb", make_userdb_map},
};

MapFlags read_flags(const MapType& type, std::string_view name, std::string_view spec,
                    const MapEnvironment& environment) {
    using Flags = MapType::Flags;
    MapFlags flags;
    if (type.flags == Flags::kOwn) {
        flags.rest = spec;
        return flags;
    }
    const bool tolerant = type.flags == Flags::kAny || type.flags == Flags::kFirst;
    if (type.flags == Flags::kFirst) spec = next_word(spec);
    flags = parse_map_flags(
        spec,
        [&type](const MapFlag& flag, MapFlags& out) {
            if (flag.letter != 's' || type.flags != Flags::kFirst) return false;
            out.space_substitute = flag.value.empty() ? '\0' : flag.value[0];
            return true;
        },
        [&](char letter) {
            if (!environment.warn || tolerant) return;
            environment.warn(cat("Illegal option ", letter, " map ", name));
        });
    std::string_view rest = flags.rest;
    if (type.flags == Flags::kFile) flags.rest = std::string(next_word(rest));
    return flags;
}

class UnopenedMap final : public Map {
  public:
    Result<std::optional<std::string>> lookup(std::string_view, const MapArgs&, Deadline) override {
        return std::optional<std::string>();
    }
    MapProbe probe(std::string_view, const MapArgs&, Deadline) override {
        return MapProbe{false, {}, 0};
    }
};

// -D of the classes that are no CommonMap, which does this itself.
class WaitingMap final : public Map {
  public:
    WaitingMap(std::unique_ptr<Map> map, const MapEnvironment& environment)
        : map_(std::move(map)), environment_(environment) {}

    Status open() override { return map_->open(); }
    Result<std::optional<std::string>> lookup(std::string_view key, const MapArgs& args,
                                              Deadline deadline) override {
        waits_ = deferred_failure(environment_);
        if (waits_) return std::optional<std::string>();
        return map_->lookup(key, args, deadline);
    }
    [[nodiscard]] const Error* masked_failure() const override {
        return waits_ ? &*waits_ : map_->masked_failure();
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        return map_->probe(key, args, deadline);
    }
    [[nodiscard]] int absent_status() const override { return map_->absent_status(); }

  private:
    std::unique_ptr<Map> map_;
    const MapEnvironment& environment_;
    std::optional<Error> waits_;
};

bool waits_when_deferred(const Map& map, std::string_view spec) {
    if (dynamic_cast<const CommonMap*>(&map) != nullptr || map.type() == "sequence") return false;
    while (const auto flag = next_map_flag(spec, "")) {
        if (flag->letter == 'D') return true;
    }
    return false;
}

}  // namespace

Result<std::unique_ptr<Map>> make_map(std::string_view name, std::string_view wanted_type,
                                      std::string_view spec, const MapEnvironment& environment) {
    const auto aliases =
        parse_map_type_aliases(environment.option ? environment.option("MapTypeAlias") : "");
    const std::string type =
        aliases.ok() ? used_map_type(*aliases, wanted_type) : std::string(wanted_type);
    for (const MapType& known : kTypes) {
        if (!iequals(known.name, type)) continue;
        MapFlags flags = read_flags(known, name, spec, environment);
        flags.map_name = name;
        std::unique_ptr<Map> map = known.make(std::move(flags), environment);
        if (map == nullptr) break;
        map->set_identity(std::string(name), std::string(known.name));
        if (waits_when_deferred(*map, spec)) {
            map = std::make_unique<WaitingMap>(std::move(map), environment);
            map->set_identity(std::string(name), std::string(known.name));
        }
        return map;
    }
    Error error =
        make_error(Exit::kConfig, cat("readcf: map ", name, ": class ", type, " not available"));
    error.dsn = "unknown-class";
    return error;
}

std::unique_ptr<Map> make_unopened_map(std::string_view name, std::string_view type) {
    auto map = std::make_unique<UnopenedMap>();
    map->set_identity(std::string(name), std::string(type));
    return map;
}

std::vector<std::string_view> map_types() {
    std::vector<std::string_view> names;
    for (const MapType& known : kTypes) names.push_back(known.name);
    return names;
}

}  // namespace sm
