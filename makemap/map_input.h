// The text that makemap(8) reads: one entry a line, "key value", "#" lines and empty lines skipped.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libmap/map_builder.h"
#include "libsm/byte_stream.h"

namespace sm {

inline constexpr std::size_t kProgressLines = 100000;

struct MapInputOptions {
    bool include_null = false;        // -N: the NUL behind key and value is stored
    bool fold = true;                 // not -f
    bool allow_empty = false;         // -e
    bool verbose = false;             // -v
    char comment = '#';               // -D
    std::optional<char> delimiter{};  // -t; else white space
    // Called after each kProgressLines lines; absent: not.
    std::function<void(std::size_t lines)> progress{};
};

struct MapInputReport {
    std::size_t entries = 0;
    std::size_t lines = 0;
    bool errors = false;  // some lines were refused; the others are in the map
};

// Reads all lines into `builder`. complain: "NAME: line N: ..." for each refused line; show: the
// lines of -v. Error: input or map cannot be read or written any more.
[[nodiscard]] Result<MapInputReport> read_map_input(
    LineReader& input, MapBuilder& builder, std::string_view map_name,
    const MapInputOptions& options, const std::function<void(std::string_view)>& complain,
    const std::function<void(std::string_view)>& show);

}  // namespace sm
