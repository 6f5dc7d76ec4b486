// makemap: builds a map file from text, or shows one as text. Manual page: makemap.8.
// Exit status: 0; 64 usage; 65 refused lines, or type "cf" and no K line; 66 no configuration; 73
// the map cannot be opened or made; 74 it cannot be written; 78 a mistake in the configuration.
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "libmap/cf_values.h"
#include "libmap/map_builder.h"
#include "libmap/map_file_check.h"
#include "libsm/byte_stream.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "makemap/map_input.h"
#include "makemap/progress.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1U << 24;

struct Arguments {
    MapInputOptions input;
    MapBuildOptions build;
    std::string cf_file = "/etc/mail/sendmail.cf";
    std::string fallback_type;
    bool list_types = false;
    bool list_suffixes = false;
    bool dump = false;
    std::string type;
    std::string name;
};

Exit usage() {
    std::cerr << "Usage: makemap [-C cffile] [-N] [-c cachesize] [-D commentchar]\n"
                 "               [-d] [-e] [-f] [-i type] [-l] [-o] [-r] [-s] [-t delimiter]\n"
                 "               [-u] [-v] type mapname\n";
    return Exit::kUsage;
}

// One option letter; false: unknown.
bool take_option(int letter, const char* value, Arguments& out) {
    switch (letter) {
        case 'C':
            out.cf_file = value;
            return true;
        case 'N':
            out.input.include_null = true;
            return true;
        case 'c':
            out.build.cache_octets = static_cast<std::size_t>(leading_int(value));
            return true;
        case 'D':
            out.input.comment = *value;
            return true;
        case 'd':
            out.build.duplicates = true;
            return true;
        case 'e':
            out.input.allow_empty = true;
            return true;
        case 'f':
            out.input.fold = false;
            return true;
        case 'i':
            out.fallback_type = value;
            return true;
        case 'l':
            out.list_types = !out.list_suffixes;
            return true;
        case 'o':
            out.build.keep_old = true;
            return true;
        case 'r':
            out.build.replace = true;
            return true;
        case 's':
            out.build.follow_links = true;
            return true;
        case 't':
            if (*value == '\0') return false;
            out.input.delimiter = *value;
            return true;
        case 'u':
            out.dump = true;
            return true;
        case 'x':
            out.list_suffixes = !out.list_types;
            return true;
        case 'v':
            out.input.verbose = true;
            return true;
        default:
            return false;
    }
}

std::optional<Arguments> parse(int argc, char** argv) {
    Arguments out;
    int letter = 0;
    while ((letter = ::getopt(argc, argv, "C:Nc:D:defi:lorst:uvx")) != -1) {
        if (!take_option(letter, ::optarg, out)) return {};
    }
    if (out.list_types || out.list_suffixes) return out;
    if (argc - ::optind != 2) return {};
    out.type = argv[::optind];
    out.name = argv[::optind + 1];
    return out;
}

Exit complain_about_map(const Arguments& arguments, const std::string& why) {
    std::cerr << "makemap: error opening type " << arguments.type << " map " << arguments.name
              << ": " << why << '\n';
    return Exit::kCantCreate;
}

Exit complain_about_map(const Arguments& arguments, const Error& error) {
    const std::string why =
        error.sys_errno != 0 ? std::string(std::strerror(error.sys_errno)) : error.text;
    return complain_about_map(arguments, why);
}

// Whether the map's file may be used; says why not.
bool may_use_file(const Arguments& arguments) {
    MapFileCheck check;
    check.for_writing = !arguments.dump;
    check.allow_links = arguments.build.follow_links;
    check.trusted_user = arguments.build.owner;
    const Status checked = check_map_file(map_file_name(arguments.type, arguments.name), check,
                                          [](std::string_view text) { std::cerr << text << '\n'; });
    if (!checked.ok()) complain_about_map(arguments, checked.error());
    return checked.ok();
}

Exit dump(const Arguments& arguments) {
    if (!may_use_file(arguments)) return Exit::kCantCreate;
    std::string out;
    const auto duplicates = map_has_duplicates(arguments.type, arguments.name);
    if (duplicates.ok() && arguments.build.duplicates && !*duplicates) {
        return complain_about_map(arguments, std::strerror(EINVAL));
    }
    const char delimiter = arguments.input.delimiter.value_or('\t');
    const auto without_null = [](std::string_view text) {
        return text.ends_with('\0') ? text.substr(0, text.size() - 1) : text;
    };
    const Status read = for_each_entry(
        arguments.type, arguments.name, [&](std::string_view key, std::string_view value) {
            append(out, without_null(key), delimiter, without_null(value), '\n');
            if (out.size() < 65536) return;
            static_cast<void>(write_all(STDOUT_FILENO, out));
            out.clear();
        });
    if (!read.ok()) return complain_about_map(arguments, read.error());
    return write_all(STDOUT_FILENO, out).ok() ? Exit::kOk : Exit::kIoErr;
}

bool type_exists(std::string_view type) {
    for (const std::string_view known : buildable_map_types()) {
        if (known == type) return true;
    }
    return false;
}

Exit cannot_write(const Arguments& arguments, const Error& error) {
    std::cerr << "makemap: " << arguments.name << ": "
              << (error.sys_errno != 0 ? std::strerror(error.sys_errno) : error.text.c_str())
              << '\n';
    return Exit::kIoErr;
}

// Reads the entries from standard input and writes the map.
Exit fill(const Arguments& arguments, MapBuilder& builder) {
    Progress progress(arguments.name, ::isatty(STDERR_FILENO) == 1);
    MapInputOptions input = arguments.input;
    input.progress = [&progress](std::size_t lines) { progress.show(cat(lines, " lines")); };
    FdStream stream{UniqueFd(STDIN_FILENO)};
    LineReader reader(stream, kMaxLine);
    const auto report = read_map_input(
        reader, builder, arguments.name, input,
        [&progress](std::string_view text) {
            progress.clear();
            std::cerr << "makemap: " << text << '\n';
        },
        [](std::string_view text) { std::cout << text << '\n'; });
    if (!report.ok()) return cannot_write(arguments, report.error());
    if (report->lines >= kProgressLines)
        progress.show(cat("writing ", report->entries, " entries"));
    const Status committed = builder.commit();
    progress.clear();
    if (!committed.ok()) return cannot_write(arguments, committed.error());
    return report->errors ? Exit::kDataErr : Exit::kOk;
}

Exit build(const Arguments& arguments) {
    if (arguments.type == "dbm") {
        std::cerr << "makemap: Need to recompile with -DNDBM for dbm support\n";
        return Exit::kCantCreate;
    }
    if (!type_exists(arguments.type)) {
        return complain_about_map(arguments, "Unknown database type");
    }
    if (::fcntl(STDIN_FILENO, F_GETFD) < 0) {
        std::cerr << "makemap: " << arguments.name << ": standard input is closed\n";
        return Exit::kNoInput;
    }
    if (!may_use_file(arguments)) return Exit::kCantCreate;
    const std::string file = map_file_name(arguments.type, arguments.name);
    if (arguments.build.keep_old && ::access(file.c_str(), F_OK) != 0) {
        return complain_about_map(arguments, std::strerror(errno));
    }
    auto builder = make_map_builder(arguments.type, arguments.name, arguments.build);
    if (!builder.ok()) return complain_about_map(arguments, builder.error());
    return fill(arguments, **builder);
}

// "hash"; with suffixes "hash:db".
void list_types(bool suffixes) {
    for (const std::string_view type : buildable_map_types()) {
        std::cout << type;
        if (suffixes) std::cout << ':';
        if (suffixes && type != "implicit") std::cout << map_file_name(type, "").substr(1);
        std::cout << '\n';
    }
}

// The class that is built for the one that was asked for: "cf" is that of the K line with this
// file; -i stands in for a class that is not there; then MapTypeAlias.
Exit choose_type(Arguments& arguments, std::string_view configuration) {
    if (arguments.type == "cf") {
        auto found = map_class_of(configuration, arguments.name);
        if (!found && arguments.fallback_type.empty()) {
            std::cerr << "makemap: mapfile " << arguments.name << ": not found in "
                      << arguments.cf_file << '\n';
            return Exit::kDataErr;
        }
        arguments.type = found.value_or(arguments.fallback_type);
    }
    const auto aliases = type_aliases_of(configuration);
    if (!aliases.ok()) {
        std::cerr << "makemap: " << arguments.cf_file << ": " << aliases.error().text << '\n';
        return Exit::kConfig;
    }
    arguments.type = used_map_type(*aliases, arguments.type);
    if (!type_exists(arguments.type) && !arguments.fallback_type.empty()) {
        arguments.type = arguments.fallback_type;
    }
    return Exit::kOk;
}

Exit run(int argc, char** argv) {
    auto arguments = parse(argc, argv);
    if (!arguments) return usage();
    if (arguments->list_types || arguments->list_suffixes) {
        list_types(arguments->list_suffixes);
        return Exit::kOk;
    }
    const auto configuration = read_file(arguments->cf_file);
    if (!configuration.ok()) {
        std::cerr << "makemap: " << configuration.error().text << '\n';
        return Exit::kNoInput;
    }
    const Exit chosen = choose_type(*arguments, *configuration);
    if (chosen != Exit::kOk) return chosen;
    arguments->build.owner =
        trusted_user_of(*configuration, [](std::string_view text) { std::cerr << text << '\n'; });
    return arguments->dump ? dump(*arguments) : build(*arguments);
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    return static_cast<int>(sm::run(argc, argv));
}
