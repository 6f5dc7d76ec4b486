// F lines: classes filled from a file, a program or a map. Source: operations guide 5.3.
#include <fcntl.h>

#include <string>

#include "libcf/class_table.h"
#include "libcf/file_safety.h"
#include "libcf/line_readers.h"
#include "libcf/map_table.h"
#include "libmap/ldap_spec.h"
#include "libsm/files.h"
#include "libsm/process.h"

namespace sm {

namespace {

// The part of scanf(3) formats that F lines use: literal text, %s, %Ns, %[set], %[^set] and the
// "*" that reads without storing. Returns the first stored field, "" when the line does not fit.
class FieldFormat {
  public:
    explicit FieldFormat(std::string_view format) : format_(format) {}

    [[nodiscard]] std::string first_field(std::string_view line) const {
        std::string_view f = format_;
        while (!f.empty()) {
            const char c = f.front();
            if (is_space(c)) {
                f.remove_prefix(1);
                line = trim_left(line);
            } else if (c != '%' || f.substr(0, 2) == "%%") {
                f.remove_prefix(c == '%' ? 2 : 1);
                if (line.empty() || line.front() != c) return {};
                line.remove_prefix(1);
            } else {
                bool stored = true;
                std::string field;
                if (!read_field(f, line, stored, field)) return {};
                if (stored) return field;
            }
        }
        return {};
    }

  private:
    static bool read_field(std::string_view& f, std::string_view& line, bool& stored,
                           std::string& field) {
        f.remove_prefix(1);
        if (!f.empty() && f.front() == '*') {
            stored = false;
            f.remove_prefix(1);
        }
        std::size_t width = 0;
        for (; !f.empty() && is_digit(f.front()); f.remove_prefix(1)) {
            width = width * 10 + static_cast<std::size_t>(f.front() - '0');
        }
        if (width == 0) width = line.size();
        std::string_view set;
        bool inverted = true;
        if (!f.empty() && f.front() == '[') {
            f.remove_prefix(1);
            inverted = !f.empty() && f.front() == '^';
            if (inverted) f.remove_prefix(1);
            const std::size_t close = f.find(']', 1);
            if (close == std::string_view::npos) return false;
            set = f.substr(0, close);
            f.remove_prefix(close + 1);
        } else {
            if (f.empty() || f.front() != 's') return false;
            f.remove_prefix(1);
            set = " \t\r\n\f\v";
            line = trim_left(line);
        }
        const auto belongs = [set, inverted](char c) {
            return (set.find(c) != std::string_view::npos) != inverted;
        };
        while (!line.empty() && field.size() < width && belongs(line.front())) {
            field += line.front();
            line.remove_prefix(1);
        }
        return !field.empty();
    }

    std::string_view format_;
};

void add_lines(Config& config, std::string_view name, std::string_view data,
               std::string_view format) {
    const FieldFormat fields(format.empty() ? std::string_view("%s") : format);
    for (const std::string_view line : split(data, '\n')) {
        const std::string field = fields.first_field(line);
        for (const std::string_view word : split_words(field)) config.classes().add(name, word);
    }
}

// Runs `command` with /bin/sh and reads what it prints.
Result<std::string> output_of(std::string_view command) {
    SM_TRY(Pipe pipe, make_pipe());
    ExecSpec spec;
    spec.path = "/bin/sh";
    spec.argv = {"sh", "-c", std::string(command)};
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.stdout_fd = pipe.write_end.get();
    SM_TRY(const pid_t pid, exec_program(spec));
    pipe.write_end.reset();
    Result<std::string> text = read_all(pipe.read_end.get());
    SM_TRY(const std::optional<ChildStatus> status, wait_child(pid, Deadline::never()));
    static_cast<void>(status);
    return text;
}

// "[key]@mapclass:spec": the words of the value of `key`, which defaults to the class's name.
void add_from_map(Config& config, std::string_view name, std::string_view text, bool optional,
                  Diagnostics& diagnostics) {
    const std::size_t at = text.find('@');
    std::string key(trim(text.substr(0, at)));
    std::string_view rest = text.substr(at + 1);
    const std::size_t colon = rest.find(':');
    const std::string type(trim(rest.substr(0, colon)));
    std::string spec(colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1));
    const bool ldap = iequals(type, "ldap");
    if (ldap && colon == std::string_view::npos) {
        const std::string* host = config.macros.find("j");
        spec = ldap_class_spec(name, config.macros.find("sendmailMTACluster"),
                               host != nullptr ? expand_macros(*host, config.macros) : "");
    } else if (ldap) {
        spec = cat("-z ", spec);
    }
    if (key.empty() && !ldap) key = name;
    const auto made = make_map(ldap ? std::string(name) : cat("F{", name, '}'), type, spec,
                               config.maps().environment());
    if (!made.ok()) {
        diagnostics.error(cat("fileclass: F{", name, "}: class ", type, " not available"));
        return;
    }
    const auto value = made.value()->lookup(key, {}, Deadline::in(std::chrono::seconds(60)));
    if (!value.ok()) {
        if (!optional) {
            if (ldap) diagnostics.error(value.error().text);
            diagnostics.error(
                cat("fileclass: F{", name, "}: ", ldap ? "map open failed" : value.error().text));
        }
        return;
    }
    if (!value.value().has_value()) return;
    std::string words = *value.value();
    for (char& c : words) {
        if (c == ',' && !ldap) c = ' ';
    }
    for (const std::string_view word : split_words(words)) config.classes().add(name, word);
}

// A map spec has the form key@class[:spec] with a class name of letters, and no leading slash.
bool is_map_spec(std::string_view text) {
    const std::size_t at = text.find('@');
    return !text.empty() && text.front() != '/' && at != std::string_view::npos &&
           at + 1 < text.size() && is_alpha(text[at + 1]);
}

}  // namespace

void read_class_file_line(Config& config, std::string_view text, Diagnostics& diagnostics) {
    std::string_view rest = text;
    const auto name = read_macro_name(rest, diagnostics);
    if (!name) return;
    static_cast<void>(config.classes().number_of(*name));
    rest = trim_left(rest);
    bool optional = false;
    if (rest.substr(0, 2) == "-o") {
        optional = true;
        rest = trim_left(rest.substr(2));
    }
    if (rest.empty()) {
        diagnostics.error("fileclass: missing file name");
        return;
    }
    if (rest.front() == '|') {
        const Result<std::string> output = output_of(rest.substr(1));
        if (output.ok()) {
            add_lines(config, *name, output.value(), {});
        } else if (!optional) {
            diagnostics.error(cat("fileclass: cannot open '", rest, "': ", output.error().text));
        }
        return;
    }
    if (is_map_spec(rest)) {
        add_from_map(config, *name, rest, optional, diagnostics);
        return;
    }
    const std::size_t end = rest.find_first_of(" \t");
    const std::string path(rest.substr(0, end));
    const std::string_view format =
        end == std::string_view::npos ? std::string_view() : trim(rest.substr(end));
    const Result<std::string> data = read_checked(config.options, FileKind::kClass, path);
    if (data.ok()) {
        add_lines(config, *name, data.value(), format);
    } else if (!optional) {
        diagnostics.error(cat("fileclass: cannot open '", path, "': ", data.error().text));
    }
}

}  // namespace sm
