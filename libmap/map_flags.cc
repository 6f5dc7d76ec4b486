#include "libmap/map_flags.h"

#include "libsm/strings.h"
#include "libsm/trace.h"

namespace sm {

std::optional<MapFlag> next_map_flag(std::string_view& rest, std::string_view columns) {
    rest = trim_left(rest);
    if (rest.size() < 2 || rest[0] != '-') return std::nullopt;
    const char letter = rest[1];
    rest.remove_prefix(2);
    if (columns.find(letter) != std::string_view::npos && !rest.empty() && is_space(rest[0])) {
        rest = trim_left(rest);
    }
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end])) ++end;
    const MapFlag flag{letter, rest.substr(0, end)};
    rest.remove_prefix(end);
    rest = trim_left(rest);
    return flag;
}

std::optional<char> parse_delimiter(std::string_view value) {
    if (value.empty()) return std::nullopt;
    if (value[0] != '\\' || value.size() < 2) return value[0];
    switch (value[1]) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        default:
            return '\\';
    }
}

bool set_map_flag(MapFlags& flags, const MapFlag& flag) {
    switch (flag.letter) {
        case 'N':
            flags.try_plain = false;
            return true;
        case 'O':
            flags.try_null = false;
            return true;
        case 'o':
            flags.optional = true;
            return true;
        case 'f':
            flags.fold = false;
            return true;
        case 'm':
            flags.match_only = true;
            return true;
        case 't':
            flags.temporary_absent = true;
            return true;
        case 'D':
            flags.skip_deferred = true;
            return true;
        case 'q':
            flags.keep_quotes = true;
            return true;
        case 'A':
            flags.merge_duplicates = true;
            return true;
        case 'a':
            flags.append = std::string(flag.value);
            return true;
        case 'T':
            flags.append_temporary = std::string(flag.value);
            return true;
        case 'k':
            flags.key_column = std::string(flag.value);
            return true;
        case 'v':
            flags.value_column = std::string(flag.value);
            return true;
        case 'z':
            flags.delimiter = parse_delimiter(flag.value);
            return true;
        case 'S':
            flags.space_substitute = flag.value.empty() ? '\0' : flag.value[0];
            return true;
        case 'd':  // a number for some classes; others accept and ignore it
            return true;
        default:
            return false;
    }
}

namespace {

void append_argument(std::string& out, std::size_t index, std::string_view key,
                     const MapArgs& args) {
    if (index == 0) {
        out += key;
    } else if (index <= args.size()) {
        out += args[index - 1];
    }
}

// Trace 39: what is put together, and from what. args: nullptr when there are none to put in.
void trace_value(std::string_view stored, std::string_view key, const MapArgs* args) {
    if (!tracing(Trace::kMapValue, 1)) return;
    trace_text(cat("map_rewrite(", stored, "), av ="));
    if (args == nullptr) {
        trace_line(" (nullv)");
        return;
    }
    trace_line("");
    trace_line(cat('\t', key));
    for (const std::string& arg : *args) trace_line(cat('\t', arg));
}

std::string traced(std::string value) {
    SM_TRACE(Trace::kMapValue, 1, cat("map_rewrite => ", value));
    return value;
}

}  // namespace

std::string form_value(const MapFlags& flags, std::string_view key, std::string_view stored,
                       const MapArgs& args) {
    if (flags.match_only) return form_plain_value(flags, key, stored);
    trace_value(stored, key, &args);
    std::string out;
    out.reserve(stored.size() + flags.append.size());
    std::size_t at = 0;
    for (std::size_t sign = 0; (sign = stored.find('%', at)) != std::string_view::npos;) {
        out += stored.substr(at, sign - at);
        const char next = sign + 1 < stored.size() ? stored[sign + 1] : '\0';
        if (is_digit(next)) {
            append_argument(out, static_cast<std::size_t>(next - '0'), key, args);
        } else {
            out += '%';
        }
        at = sign + (is_digit(next) || next == '%' ? 2 : 1);
    }
    out += stored.substr(at);
    out += flags.append;
    return traced(std::move(out));
}

std::string form_plain_value(const MapFlags& flags, std::string_view key, std::string_view stored) {
    const std::string_view value = flags.match_only ? key : stored;
    trace_value(value, key, nullptr);
    return traced(cat(value, flags.append));
}

std::string fold_key(const MapFlags& flags, std::string_view key) {
    return flags.fold ? lower(key) : std::string(key);
}

std::string strip_quotes(std::string_view key) {
    std::string out;
    out.reserve(key.size());
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (key[i] == '\\' && i + 1 < key.size()) {
            out += key[++i];
        } else if (key[i] != '"') {
            out += key[i];
        }
    }
    return out;
}

}  // namespace sm
