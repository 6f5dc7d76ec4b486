#include "libmap/map_types.h"

#include <array>

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
        kAny,  // those it does not know are no mistake
        kOwn,  // the class reads its flags itself: they arrive as `rest`
    } flags = Flags::kCommon;
};

constexpr std::array kTypes = {
    MapType{"arith", make_arith_map, MapType::Flags::kAny},
    MapType{"arpa", make_arpa_map},
    MapType{"bestmx", make_bestmx_map, MapType::Flags::kOwn},
    MapType{"btree", make_btree_map},
    MapType{"cdb", make_cdb_map},
    MapType{"cidr", make_cidr_map},
    MapType{"debug", make_debug_map},
    MapType{"dequote", make_dequote_map, MapType::Flags::kAny},
    MapType{"dns", make_dns_map, MapType::Flags::kOwn},
    MapType{"fail", make_fail_map},
    MapType{"hash", make_hash_map},
    MapType{"host", make_host_map, MapType::Flags::kAny},
    MapType{"implicit", make_implicit_map},
    MapType{"ldap", make_ldap_map, MapType::Flags::kOwn},
    MapType{"lmdb", make_lmdb_map},
    MapType{"macro", make_macro_map, MapType::Flags::kAny},
    MapType{"null", make_null_map},
    MapType{"program", make_program_map},
    MapType{"regex", make_regex_map, MapType::Flags::kOwn},
    MapType{"sequence", make_sequence_map, MapType::Flags::kOwn},
    MapType{"socket", make_socket_map, MapType::Flags::kOwn},
    MapType{"stab", make_stab_map},
    MapType{"switch", make_switch_map},
    MapType{"syslog", make_syslog_map, MapType::Flags::kOwn},
    MapType{"text", make_text_map},
    MapType{"user", make_user_map},
    MapType{"userdb", make_userdb_map},
};

// "file -T<TMP>": flags may stand behind the file name as well.
void read_late_flags(MapFlags& flags) {
    std::string_view rest = flags.rest;
    const std::string file(next_word(rest));
    if (!trim_left(rest).starts_with('-')) return;
    while (const auto flag = next_map_flag(rest)) static_cast<void>(set_map_flag(flags, *flag));
    flags.rest = file;
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

}  // namespace

Result<std::unique_ptr<Map>> make_map(std::string_view name, std::string_view wanted_type,
                                      std::string_view spec, const MapEnvironment& environment) {
    const auto aliases =
        parse_map_type_aliases(environment.option ? environment.option("MapTypeAlias") : "");
    const std::string type =
        aliases.ok() ? used_map_type(*aliases, wanted_type) : std::string(wanted_type);
    for (const MapType& known : kTypes) {
        if (!iequals(known.name, type)) continue;
        MapFlags flags;
        if (known.flags == MapType::Flags::kOwn) {
            flags.rest = spec;
        } else {
            flags = parse_map_flags(
                spec,
                [](const MapFlag& flag, MapFlags& out) {
                    if (flag.letter != 's') return false;
                    out.space_substitute = flag.value.empty() ? '\0' : flag.value[0];
                    return true;
                },
                [&](char letter) {
                    if (!environment.warn || known.flags == MapType::Flags::kAny) return;
                    environment.warn(cat("Illegal option ", letter, " map ", name));
                });
            read_late_flags(flags);
        }
        flags.map_name = name;
        std::unique_ptr<Map> map = known.make(std::move(flags), environment);
        if (map == nullptr) break;
        map->set_identity(std::string(name), std::string(known.name));
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
