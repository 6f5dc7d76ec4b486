#include "libcf/config.h"

#include "libcf/class_table.h"
#include "libcf/map_table.h"
#include "libcf/rule_program.h"

namespace sm {

Config::Config()
    : classes_(std::make_unique<ClassTable>()),
      maps_(std::make_unique<MapTable>()),
      rules_(std::make_unique<RuleProgram>()) {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;

const MailerSpec* Config::find_mailer(std::string_view name) const {
    for (const auto& mailer : mailers) {
        if (iequals(mailer->name, name)) return mailer.get();
    }
    if (error_mailer && iequals(name, "error")) return error_mailer.get();
    if (discard_mailer && iequals(name, "discard")) return discard_mailer.get();
    return nullptr;
}

bool Config::in_class(std::string_view name, std::string_view word) const {
    return classes_->contains(name, word);
}

Map* Config::find_map(std::string_view name) const {
    return maps_->find(name);
}

int Config::precedence(std::string_view word) const {
    for (const auto& [name, value] : precedences) {
        if (iequals(name, word)) return value;
    }
    return 0;
}

}  // namespace sm
