#include "smrsh/restrict_command.h"

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kForbidden = "<>|^();&`$\r\n";

bool is_word_of_the_shell(std::string_view name) {
    return name == "exit" || name == "echo";
}

// Cuts the text up to the next && or || off `rest`; `joiner` gets the operator or "".
std::string_view next_part(std::string_view& rest, std::string_view& joiner) {
    const std::size_t both = rest.find("&&");
    const std::size_t either = rest.find("||");
    const std::size_t at = std::min(both, either);
    const std::string_view part = rest.substr(0, at);
    if (at == std::string_view::npos) {
        joiner = {};
        rest = {};
    } else {
        joiner = rest.substr(at, 2);
        rest.remove_prefix(at + 2);
    }
    return part;
}

Error refusal(std::string text) {
    return make_error(Exit::kUnavailable, std::move(text));
}

}  // namespace

Result<std::string> restrict_command(std::string_view command, std::string_view directory,
                                     const std::function<bool(const std::string&)>& available) {
    std::string out;
    std::string_view rest = command;
    std::string_view joiner;
    do {
        std::string_view part = next_part(rest, joiner);
        const std::size_t bad = part.find_first_of(kForbidden);
        if (bad != std::string_view::npos) {
            return refusal(cat("cannot use ", printable(part.substr(bad, 1)), " in command"));
        }
        std::string_view name = next_word(part);
        if (name == "exec" && !trim(part).empty()) {
            out += "exec ";
            name = next_word(part);
        }
        name = base_name(name);
        if (name.empty()) return refusal("missing command before an operator or at the end");
        if (is_word_of_the_shell(name)) {
            out += name;
        } else {
            const std::string path = cat(directory, '/', name);
            if (name == "." || name == ".." || !available(path)) {
                return refusal(cat('"', printable(name, 200),
                                   "\" not available for sendmail programs (stat failed)"));
            }
            out += path;
        }
        append(out, part, joiner);
        if (!joiner.empty()) out += ' ';
    } while (!joiner.empty());
    return out;
}

}  // namespace sm
