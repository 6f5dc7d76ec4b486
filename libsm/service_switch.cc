#include "libsm/service_switch.h"

#include <fcntl.h>

#include <cctype>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {

ServiceSwitch::ServiceSwitch(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
        if (line.empty() || std::isspace(static_cast<unsigned char>(line.front())) != 0) continue;
        line = line.substr(0, line.find('#'));
        std::string database = lower(next_word(line));
        if (database.empty()) continue;
        std::vector<std::string> listed;
        for (const std::string_view word : split_words(line)) listed.emplace_back(lower(word));
        lines_.emplace_back(std::move(database), std::move(listed));
    }
}

Result<ServiceSwitch> ServiceSwitch::read(const std::string& path, const SafeFilePolicy& policy) {
    if (path.empty()) return ServiceSwitch();
    const auto file = open_safe_file(path, O_RDONLY, 0, policy);
    if (!file.ok()) {
        const Exit why = file.error().code;
        if (why == Exit::kNoPerm || why == Exit::kNoInput) return ServiceSwitch();
        return make_error(Exit::kTempFail, cat(path, ": ", file.error().text));
    }
    const auto text = read_all(file->fd.get(), 1U << 20);
    if (!text.ok()) return make_error(Exit::kTempFail, cat(path, ": ", text.error().text));
    return ServiceSwitch(*text);
}

std::vector<std::string> ServiceSwitch::services(std::string_view database) const {
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
        if (iequals(line->first, database)) return line->second;
    }
    return {};
}

}  // namespace sm
