// Adds maps to a configuration: those of K lines, and those that options make.
#pragma once

#include <string_view>

#include "libcf/config.h"
#include "libcf/diagnostics.h"

namespace sm {

// A map of the table. One that is declared with an error is told of, and is there but not open;
// one of a class that does not exist is told of.
void declare_map(Config& config, Diagnostics& diagnostics, std::string_view name,
                 std::string_view type, std::string_view spec);

// Tells of classes in AliasFile that there are not, or that hold no aliases.
void check_alias_classes(const Config& config, Diagnostics& diagnostics);

// The maps of aliases, where no K line declared them: Alias0, Alias1, ... for the files of
// AliasFile, "aliases.files" for all of these, and "aliases" for the maps "aliases.SERVICE" of the
// services that ServiceSwitchFile lists (files, without such a line).
// Source: operations guide, options AliasFile and ServiceSwitchFile.
void declare_alias_maps(Config& config, Diagnostics& diagnostics);

// Of UserDatabaseSpec, for the program itself; K lines have names of their own.
void declare_user_database(Config& config, Diagnostics& diagnostics);

}  // namespace sm
