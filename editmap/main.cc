// editmap: asks for, changes or removes one entry of a map file. Manual page: editmap.8.
// Exit status: 0; 64 usage; 69 no such key (-q); 66 no configuration; 73 the map cannot be opened;
// 74 it cannot be written; 78 a mistake in the configuration.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "libmap/cf_values.h"
#include "libmap/map_builder.h"
#include "libmap/map_file_check.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct Arguments {
    std::string cf_file = "/etc/mail/sendmail.cf";
    bool include_null = false;
    bool fold = true;
    char action = '\0';  // q u x
    std::string type;
    std::string name;
    std::string key;
    std::string value;
    std::optional<uid_t> trusted_user{};
};

void say(std::string_view text) {
    static_cast<void>(write_all(STDERR_FILENO, cat(text, '\n')));
}

void complain(std::string_view text) {
    say(cat("editmap: ", text));
}

Exit usage() {
    static_cast<void>(write_all(STDERR_FILENO,
                                "Usage: editmap [-C cffile] [-N] [-f] [-q|-u|-x] maptype mapname "
                                "key [ \"value ...\" ]\n"));
    return Exit::kUsage;
}

std::optional<Arguments> parse(int argc, char** argv) {
    Arguments out;
    int letter = 0;
    while ((letter = ::getopt(argc, argv, "C:Nfqux")) != -1) {
        switch (letter) {
            case 'C':
                out.cf_file = ::optarg;
                break;
            case 'N':
                out.include_null = true;
                break;
            case 'f':
                out.fold = false;
                break;
            case 'q':
            case 'u':
            case 'x':
                if (out.action != '\0') return {};
                out.action = static_cast<char>(letter);
                break;
            default:
                return {};
        }
    }
    const int given = argc - ::optind;
    if (out.action == '\0' || (out.action == 'u' ? given < 4 : given != 3)) return {};
    out.type = argv[::optind];
    out.name = argv[::optind + 1];
    out.key = argv[::optind + 2];
    if (out.fold) out.key = lower(out.key);
    if (out.action == 'u') out.value = argv[::optind + 3];
    if (out.include_null) {
        out.key += '\0';
        out.value += '\0';
    }
    return out;
}

Exit cannot_open(const Arguments& arguments, const Error& error) {
    const std::string why =
        error.sys_errno > 0 ? std::string(std::strerror(error.sys_errno)) : error.text;
    complain(cat("error opening type ", arguments.type, " map ", arguments.name, ": ", why));
    return Exit::kCantCreate;
}

std::string without_null(std::string_view text) {
    return std::string(text.ends_with('\0') ? text.substr(0, text.size() - 1) : text);
}

// Whether the map's file may be used; says why not.
bool may_use_file(const Arguments& arguments) {
    MapFileCheck check;
    check.for_writing = arguments.action != 'q';
    check.trusted_user = arguments.trusted_user;
    const Status checked =
        check_map_file(map_file_name(arguments.type, arguments.name), check, say);
    if (!checked.ok()) cannot_open(arguments, checked.error());
    return checked.ok();
}

Exit query(const Arguments& arguments) {
    const auto found = find_entry(arguments.type, arguments.name, arguments.key);
    if (!found.ok()) return cannot_open(arguments, found.error());
    if (!found->has_value()) {
        complain(
            cat("couldn't find key ", without_null(arguments.key), " in map ", arguments.name));
        return Exit::kUnavailable;
    }
    return write_all(STDOUT_FILENO, cat(without_null(**found), '\n')).ok() ? Exit::kOk
                                                                           : Exit::kIoErr;
}

Exit change(const Arguments& arguments) {
    MapBuildOptions options;
    options.keep_old = true;
    options.replace = true;
    options.owner = arguments.trusted_user;
    auto builder = make_map_builder(arguments.type, arguments.name, options);
    if (!builder.ok()) return cannot_open(arguments, builder.error());
    bool changed = true;
    Status done;
    if (arguments.action == 'u') {
        const auto put = (*builder)->put(arguments.key, arguments.value);
        if (!put.ok()) done = put.error();
    } else {
        const auto erased = (*builder)->erase(arguments.key);
        if (!erased.ok()) done = erased.error();
        changed = erased.ok() && *erased;
    }
    if (done.ok() && changed) done = (*builder)->commit();
    if (!done.ok()) {
        complain(cat("error changing map ", arguments.name, ": ", done.error().text));
        return Exit::kIoErr;
    }
    if (!changed) {
        complain(
            cat("key ", without_null(arguments.key), " doesn't exist in map ", arguments.name));
    }
    return Exit::kOk;
}

Exit run(int argc, char** argv) {
    auto arguments = parse(argc, argv);
    if (!arguments) return usage();
    const auto configuration = read_file(arguments->cf_file);
    if (!configuration.ok()) {
        complain(configuration.error().text);
        return Exit::kNoInput;
    }
    const auto aliases = type_aliases_of(*configuration);
    if (!aliases.ok()) {
        complain(cat(arguments->cf_file, ": ", aliases.error().text));
        return Exit::kConfig;
    }
    arguments->type = used_map_type(*aliases, arguments->type);
    arguments->trusted_user = trusted_user_of(*configuration, say);
    const auto types = buildable_map_types();
    if (std::find(types.begin(), types.end(), arguments->type) != types.end() &&
        !may_use_file(*arguments)) {
        return Exit::kCantCreate;
    }
    return arguments->action == 'q' ? query(*arguments) : change(*arguments);
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
