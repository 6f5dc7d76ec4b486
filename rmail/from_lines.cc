#include "rmail/from_lines.h"

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kRemote = "remote from ";
constexpr std::string_view kForwarded = "forwarded by ";

// The host behind "remote from"; empty when the line has none.
std::string_view remote_host(std::string_view line) {
    for (const std::string_view words : {kRemote, kForwarded}) {
        const std::size_t at = line.rfind(words);
        if (at == std::string_view::npos) continue;
        std::string_view rest = line.substr(at + words.size());
        return next_word(rest);
    }
    return {};
}

}  // namespace

Result<bool> FromLines::take(std::string_view line) {
    std::string_view rest = line;
    if (rest.starts_with('>')) rest.remove_prefix(1);
    if (!rest.starts_with("From ")) return false;
    rest.remove_prefix(5);
    std::string_view user = next_word(rest);
    if (user.empty()) return make_error(Exit::kDataErr, "corrupted From line: no sender");
    std::string_view host = remote_host(rest);
    // "From host!user date": the path may be in the address itself.
    const std::size_t bang = user.rfind('!');
    if (host.empty() && bang != std::string_view::npos) {
        host = user.substr(0, bang);
        user = user.substr(bang + 1);
    }
    if (!host.empty()) {
        if (first_host_.empty()) first_host_ = host.substr(0, host.find('!'));
        append(hosts_, host, '!');
    }
    user_ = user;
    return true;
}

Result<UucpOrigin> FromLines::finish() const {
    if (user_.empty()) return make_error(Exit::kDataErr, "no From line in front of the message");
    if (first_host_.empty()) {
        return make_error(Exit::kDataErr, "no \"remote from\" host in the From lines");
    }
    return UucpOrigin{first_host_, hosts_ + user_};
}

}  // namespace sm
