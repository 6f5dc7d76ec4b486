// makemap: builds a map file from text, or shows one as text. Manual page: makemap.8.
// Exit status: 0; 64 usage; 65 refused lines; 66 no configuration; 73 the map cannot be made; 78 a
// mistake in the configuration.
#include <pwd.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "libmap/cf_values.h"
#include "libmap/map_builder.h"
#include "libsm/byte_stream.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "makemap/map_input.h"

namespace sm {
namespace {

constexpr std::size_t kMaxLine = 1U << 24;

struct Arguments {
    MapInputOptions input;
    MapBuildOptions build;
    std::string cf_file;
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
            out.list_types = true;
            return true;
        case 'o':
            out.build.keep_old = true;
            return true;
        case 'r':
            out.build.replace = true;
            return true;
        case 's':
            return true;  // the directory is not checked: readers check the file
        case 't':
            if (*value == '\0') return false;
            out.input.delimiter = *value;
            return true;
        case 'u':
            out.dump = true;
            return true;
        case 'x':
            out.list_suffixes = true;
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

Exit dump(const Arguments& arguments) {
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

Exit build(const Arguments& arguments) {
    if (arguments.type == "dbm") {
        std::cerr << "makemap: Need to recompile with -DNDBM for dbm support\n";
        return Exit::kCantCreate;
    }
    const std::string file = map_file_name(arguments.type, arguments.name);
    if (arguments.build.keep_old && ::access(file.c_str(), F_OK) != 0) {
        return complain_about_map(arguments, std::strerror(errno));
    }
    auto builder = make_map_builder(arguments.type, arguments.name, arguments.build);
    if (!builder.ok()) return complain_about_map(arguments, builder.error());
    FdStream stream{UniqueFd(STDIN_FILENO)};
    LineReader reader(stream, kMaxLine);
    const auto report = read_map_input(
        reader, **builder, arguments.name, arguments.input,
        [](std::string_view text) { std::cerr << "makemap: " << text << '\n'; },
        [](std::string_view text) { std::cout << text << '\n'; });
    if (!report.ok()) {
        std::cerr << "makemap: " << arguments.name << ": " << report.error().text << '\n';
        return Exit::kIoErr;
    }
    const Status committed = (*builder)->commit();
    if (!committed.ok()) {
        std::cerr << "makemap: " << arguments.name << ": " << committed.error().text << '\n';
        return Exit::kIoErr;
    }
    return report->errors ? Exit::kDataErr : Exit::kOk;
}

// TrustedUser of the configuration: the owner of what root makes.
std::optional<uid_t> trusted_user(std::string_view configuration) {
    std::optional<uid_t> out;
    for (const std::string_view value : options_in_text(configuration, "TrustedUser")) {
        const std::string name(value);
        if (const auto number = parse_int(name)) {
            out = static_cast<uid_t>(*number);
        } else if (const passwd* account = ::getpwnam(name.c_str())) {
            out = account->pw_uid;
        } else {
            std::cerr << "TrustedUser: unknown user " << name << '\n';
        }
    }
    return out;
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

Exit run(int argc, char** argv) {
    auto arguments = parse(argc, argv);
    if (!arguments) return usage();
    if (arguments->list_types || arguments->list_suffixes) {
        list_types(arguments->list_suffixes);
        return Exit::kOk;
    }
    const std::string cf =
        arguments->cf_file.empty() ? "/etc/mail/sendmail.cf" : arguments->cf_file;
    const auto configuration = read_file(cf);
    if (!configuration.ok()) {
        std::cerr << "makemap: " << configuration.error().text << '\n';
        return Exit::kNoInput;
    }
    const auto aliases = type_aliases_of(*configuration);
    if (!aliases.ok()) {
        std::cerr << "makemap: " << cf << ": " << aliases.error().text << '\n';
        return Exit::kConfig;
    }
    arguments->build.owner = trusted_user(*configuration);
    arguments->type = used_map_type(*aliases, arguments->type);
    if (!type_exists(arguments->type) && !arguments->fallback_type.empty()) {
        arguments->type = arguments->fallback_type;
    }
    return arguments->dump ? dump(*arguments) : build(*arguments);
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    return static_cast<int>(sm::run(argc, argv));
}
