// praliases: shows the alias databases. Manual page: praliases.8.
// Exit status: 0 (also when a database cannot be read: that is said on standard error); 64 usage;
// 66 no configuration; 78 a mistake in it.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "libmap/cf_values.h"
#include "libmap/map_builder.h"
#include "libsm/files.h"
#include "libsm/safe_file.h"
#include "libsm/strings.h"
#include "praliases/alias_files.h"

namespace sm {
namespace {

void complain(std::string_view text) {
    static_cast<void>(write_all(STDERR_FILENO, cat("praliases: ", text, '\n')));
}

std::string_view without_null(std::string_view text) {
    return text.ends_with('\0') ? text.substr(0, text.size() - 1) : text;
}

void complain_about(const AliasSpec& file, const Error& error) {
    // Without a class any kind of database would do.
    const std::string why = !file.typed           ? "Unknown database type"
                            : error.sys_errno > 0 ? std::string(std::strerror(error.sys_errno))
                                                  : error.text;
    complain(cat(file.path, ": open: ", why));
}

void print_all(const AliasSpec& file) {
    std::string out;
    const Status read =
        for_each_entry(file.type, file.path, [&out](std::string_view key, std::string_view value) {
            append(out, without_null(key), ':', without_null(value), '\n');
        });
    if (!read.ok()) return complain_about(file, read.error());
    static_cast<void>(write_all(STDOUT_FILENO, out));
}

void print_keys(const AliasSpec& file, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        // newaliases stores names with a null byte at their end, other programs without.
        auto value = find_entry(file.type, file.path, key + '\0');
        if (value.ok() && !value->has_value()) value = find_entry(file.type, file.path, key);
        if (!value.ok()) return complain_about(file, value.error());
        const std::string line = value->has_value() ? cat(key, ':', without_null(**value), '\n')
                                                    : cat(key, ": No such key\n");
        static_cast<void>(write_all(STDOUT_FILENO, line));
    }
}

bool is_file_type(const std::string& type) {
    const auto types = buildable_map_types();
    return type != "implicit" && std::find(types.begin(), types.end(), type) != types.end();
}

void warn_of_directories(const std::string& path) {
    const auto place = check_directories(path, SafeFilePolicy{});
    if (!place.ok() || place->unsafe_reason.empty()) return;
    static_cast<void>(write_all(
        STDERR_FILENO, cat("WARNING: ", place->unsafe_reason, " ", place->unsafe_directory, '\n')));
}

// keys: what was asked for; empty: everything.
void print(const AliasSpec& file, const std::vector<std::string>& keys) {
    if (file.typed && !is_file_type(file.type)) {
        return complain(cat("Skipping non-file based alias type ", file.type));
    }
    warn_of_directories(file.path);
    keys.empty() ? print_all(file) : print_keys(file, keys);
}

Exit usage() {
    static_cast<void>(
        write_all(STDERR_FILENO, "usage: praliases [-C cffile] [-f aliasfile] [key ...]\n"));
    return Exit::kUsage;
}

Exit run(int argc, char** argv) {
    std::string configuration = "/etc/mail/sendmail.cf";
    std::optional<std::string> file;
    int letter = 0;
    while ((letter = ::getopt(argc, argv, "C:f:")) != -1) {
        if (letter == 'C') {
            configuration = ::optarg;
        } else if (letter == 'f') {
            file = ::optarg;
        } else {
            return usage();
        }
    }
    const std::vector<std::string> keys(argv + ::optind, argv + argc);
    const auto text = read_file(configuration);
    if (!text.ok() && !file) {
        complain(text.error().text);
        return Exit::kNoInput;
    }
    const auto aliases = type_aliases_of(text.ok() ? *text : "");
    if (!aliases.ok()) {
        complain(cat(configuration, ": ", aliases.error().text));
        return Exit::kConfig;
    }
    std::vector<AliasSpec> files =
        file ? std::vector{parse_alias_spec(*file)} : alias_files_of(*text);
    for (AliasSpec& one : files) {
        if (file && one.path.empty() && (!one.typed || is_file_type(one.type))) {
            complain(cat("illegal alias specification: ", *file));
            continue;
        }
        one.type = used_map_type(*aliases, one.type);
        print(one, keys);
    }
    return Exit::kOk;
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
