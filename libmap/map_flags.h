// The flags common to all map classes (-N -O -o -a -f -m ...), and what they do to keys and values.
// Which letters a class accepts is the class's choice; everything else is in here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libmap/map.h"

namespace sm {

struct MapFlags {
    bool optional = false;          // -o
    bool try_null = true;           // keys with the trailing NUL: always but with -O
    bool try_plain = true;          // keys without it: always but with -N
    bool fold = true;               // not -f
    bool match_only = false;        // -m
    bool temporary_absent = false;  // -t
    bool skip_deferred = false;     // -D
    bool keep_quotes = false;       // -q
    bool merge_duplicates = false;  // -A: aliases
    std::string append{};           // -a
    std::optional<std::string> append_temporary{};  // -T
    std::string key_column{};                       // -k
    std::string value_column{};                     // -v
    std::optional<char> delimiter{};                // -z
    std::optional<char> join_values{};  // no flag: all values of a key count, joined by this
    char space_substitute = '\0';       // -S (dequote: -s as well)
    std::string map_name{};             // name in the K line, for complaints
    std::string rest{};                 // what follows the flags: file name, pattern, command
};

// One flag as it stands in a K line: the letter and the text up to the next white space.
struct MapFlag {
    char letter = '\0';
    std::string_view value{};
};

// Cuts the next flag off `rest`; nullopt when a word that is no flag, or the end, comes. A flag of
// the letters in `columns` takes the next word when nothing follows the letter.
[[nodiscard]] std::optional<MapFlag> next_map_flag(std::string_view& rest,
                                                   std::string_view columns = "kv");

// Stores a common flag. False: not one of those.
[[nodiscard]] bool set_map_flag(MapFlags& flags, const MapFlag& flag);

// Parses all flags; letters neither common nor in `allowed` are passed to `illegal`. `rest` is
// left with the remaining text, trimmed.
template <typename Own, typename Illegal>
[[nodiscard]] MapFlags parse_map_flags(std::string_view spec, const Own& own,
                                       const Illegal& illegal) {
    MapFlags flags;
    while (const auto flag = next_map_flag(spec)) {
        if (own(*flag, flags) || set_map_flag(flags, *flag)) continue;
        illegal(flag->letter);
    }
    flags.rest = std::string(spec);
    return flags;
}

// "\n", "\t", "\\" or one character, as -z takes it.
[[nodiscard]] std::optional<char> parse_delimiter(std::string_view value);

// The value a lookup returns: key or stored value (-m), %0..%9 replaced by key and arguments, %%
// by %, and the text of -a behind it. `key` is as the caller gave it, before folding.
[[nodiscard]] std::string form_value(const MapFlags& flags, std::string_view key,
                                     std::string_view stored, const MapArgs& args);

// As form_value for classes whose values take no arguments (no % replacement).
[[nodiscard]] std::string form_plain_value(const MapFlags& flags, std::string_view key,
                                           std::string_view stored);

// The key as the source is asked: lower case unless -f.
[[nodiscard]] std::string fold_key(const MapFlags& flags, std::string_view key);

// `key` without its quoting (double quotes, and backslashes in front of other characters), as rules
// look it up unless -q.
[[nodiscard]] std::string strip_quotes(std::string_view key);

}  // namespace sm
