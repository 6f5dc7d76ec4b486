#include "makemap/map_input.h"

#include "libsm/strings.h"

namespace sm {
namespace {

struct Entry {
    std::string key;
    std::string value;
};

// Cuts a line at the delimiter, or at white space; the value keeps its inner white space.
Entry cut(std::string_view line, const MapInputOptions& options) {
    std::size_t end = 0;
    const auto separates = [&](char c) {
        return options.delimiter ? c == *options.delimiter : is_space(c);
    };
    while (end < line.size() && !separates(line[end])) ++end;
    Entry entry;
    entry.key = line.substr(0, end);
    std::string_view rest = line.substr(end);
    while (!rest.empty() && separates(rest.front())) rest.remove_prefix(1);
    entry.value = rest;
    return entry;
}

}  // namespace

Result<MapInputReport> read_map_input(LineReader& input, MapBuilder& builder,
                                      std::string_view map_name, const MapInputOptions& options,
                                      const std::function<void(std::string_view)>& complain,
                                      const std::function<void(std::string_view)>& show) {
    MapInputReport report;
    const auto refuse = [&](std::string_view what) {
        complain(cat(map_name, ": line ", report.lines, ": ", what));
        report.errors = true;
    };
    for (;;) {
        SM_TRY(const LineReader::Line line, input.read_line(Deadline::never()));
        if (line.end) return report;
        ++report.lines;
        if (options.progress && report.lines % kProgressLines == 0) options.progress(report.lines);
        const std::string_view text = chomp(line.text);
        if (line.too_long) {
            refuse("line too long");
            continue;
        }
        if (text.find('\0') != std::string_view::npos) {
            refuse("NUL character in the line");
            continue;
        }
        if (text.empty() || text.front() == options.comment) continue;
        if (is_space(text.front()) && !options.delimiter) {
            refuse("syntax error (leading space)");
            continue;
        }
        Entry entry = cut(text, options);
        if (options.fold) entry.key = lower(entry.key);
        if (entry.value.empty() && !options.allow_empty) {
            refuse(cat("no RHS for LHS ", entry.key));
            continue;
        }
        if (options.verbose) show(cat("key=`", entry.key, "', val=`", entry.value, "'"));
        if (options.include_null) {
            entry.key += '\0';
            entry.value += '\0';
        }
        SM_TRY(const MapBuilder::Put put, builder.put(entry.key, entry.value));
        if (put == MapBuilder::Put::kDuplicate) {
            if (options.include_null) entry.key.pop_back();
            refuse(cat("key ", entry.key, ": duplicate key"));
            continue;
        }
        ++report.entries;
    }
}

}  // namespace sm
