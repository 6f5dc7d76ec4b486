#include "libcf/map_declarations.h"

#include <algorithm>
#include <array>

#include "libcf/expand_macros.h"
#include "libcf/file_safety.h"
#include "libcf/map_table.h"
#include "libmap/alias_map.h"
#include "libmap/alias_spec.h"
#include "libmap/ldap_spec.h"
#include "libmap/map_builder.h"
#include "libsm/service_switch.h"
#include "libsm/strings.h"

namespace sm {
namespace {

bool is_among(const std::vector<std::string_view>& types, std::string_view type) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool can_hold_aliases(std::string_view type) {
    constexpr std::array<std::string_view, 11> kOthers = {"arith",  "arpa", "bestmx", "dequote",
                                                          "dns",    "host", "macro",  "regex",
                                                          "syslog", "user", "userdb"};
    return std::find(kOthers.begin(), kOthers.end(), type) == kOthers.end();
}

void add(Config& config, Diagnostics& diagnostics, std::string_view name, std::string_view type,
         Result<std::unique_ptr<Map>> made) {
    if (made.ok()) return config.maps().add(std::move(made).value());
    diagnostics.error(made.error().text);
    if (made.error().dsn != "unknown-class") config.maps().add(make_unopened_map(name, type));
}

class AliasDeclarations {
  public:
    AliasDeclarations(Config& config, Diagnostics& diagnostics)
        : config_(config), diagnostics_(diagnostics) {}

    void run() {
        std::vector<std::string> names;
        for (const std::string& file : config_.options.alias_file) {
            const AliasSpec spec = parse_alias_spec(file);
            if (!is_among(map_types(), spec.type)) continue;
            names.push_back(cat("Alias", names.size()));
            if (is_declared(names.back())) continue;
            if (spec.type == "ldap") {
                declare_directory(names.back(), spec.words);
            } else {
                declare_file(names.back(), spec);
            }
        }
        if (!is_declared("aliases.files")) declare("aliases.files", "sequence", join(names, " "));
        if (!is_declared("aliases")) declare_services();
    }

  private:
    [[nodiscard]] bool is_declared(std::string_view name) const {
        return config_.find_map(name) != nullptr;
    }
    void declare(std::string_view name, std::string_view type, std::string_view spec) {
        declare_map(config_, diagnostics_, name, type, spec);
    }

    // What is not there defers mail, unless the option says -o: a file that is lost must not make
    // its aliases unknown users. A database that was never built has the aliases of its text.
    void declare_file(const std::string& name, const AliasSpec& spec) {
        const std::string flags = cat(spec.type != "sequence" ? "-q " : "", spec.words);
        const MapEnvironment& environment = config_.maps().environment();
        auto database = make_map(name, spec.type, flags, environment);
        if (!database.ok() || !is_among(buildable_map_types(), spec.type)) {
            return add(config_, diagnostics_, name, spec.type, std::move(database));
        }
        AliasSources sources{std::move(database).value()};
        if (spec.words.starts_with('/')) {
            auto text = make_map(name, "stab", cat("-q ", spec.words), environment);
            if (text.ok()) sources.text = std::move(text).value();
        }
        config_.maps().add(
            make_alias_map(std::move(sources), config_.options.alias_wait, environment));
    }

    // All values of an alias count; a server that does not answer defers mail.
    void declare_directory(std::string_view name, const std::string& spec) {
        const std::string* host = config_.macros.find("j");
        const std::string own = host != nullptr ? expand_while_reading(*host, config_.macros) : "";
        declare(name, "ldap",
                spec.empty() ? ldap_alias_spec(config_.macros.find("sendmailMTACluster"), own)
                             : cat("-z, ", spec));
    }

    // NIS is known, and cannot be asked; nor can anybody while the file cannot be read.
    void declare_services() {
        const Options& options = config_.options;
        const auto lines = ServiceSwitch::read(options.service_switch_file,
                                               file_policy(options, FileKind::kServiceSwitch));
        if (!lines.ok()) return declare("aliases", "fail", lines.error().text);
        const std::vector<std::string> listed = lines->services("aliases");
        std::vector<std::string> out;
        for (const std::string& service : listed) {
            std::string name = cat("aliases.", service);
            if (!is_declared(name) && (service == "nis" || service == "nisplus")) {
                declare(name, "fail", "NIS is not compiled in");
            }
            if (is_declared(name)) {
                out.push_back(std::move(name));
            } else {
                diagnostics_.remark(cat("Switch map aliases: unknown member map ", name));
            }
        }
        if (listed.empty()) out.emplace_back("aliases.files");
        declare("aliases", "sequence", join(out, " "));
    }

    Config& config_;
    Diagnostics& diagnostics_;
};

}  // namespace

void declare_map(Config& config, Diagnostics& diagnostics, std::string_view name,
                 std::string_view type, std::string_view spec) {
    add(config, diagnostics, name, type, make_map(name, type, spec, config.maps().environment()));
}

void check_alias_classes(const Config& config, Diagnostics& diagnostics) {
    for (const std::string& file : config.options.alias_file) {
        const std::string type = parse_alias_spec(file).type;
        if (!is_among(map_types(), type)) {
            diagnostics.error(cat("setalias: unknown alias class ", type));
        } else if (!can_hold_aliases(type)) {
            diagnostics.error(cat("setalias: map class ", type, " can't handle aliases"));
        }
    }
}

void declare_alias_maps(Config& config, Diagnostics& diagnostics) {
    AliasDeclarations(config, diagnostics).run();
}

void declare_user_database(Config& config, Diagnostics& diagnostics) {
    if (config.options.user_database_spec.empty()) return;
    for (const std::string_view field : {"maildrop", "mailname", "mailsender"}) {
        declare_map(config, diagnostics, cat(":userdb:", field), "userdb", cat("-z, ", field));
    }
}

}  // namespace sm
