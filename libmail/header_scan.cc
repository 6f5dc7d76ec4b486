#include "libmail/header_scan.h"

#include "libsm/strings.h"

namespace sm {
namespace {

// "Message:" and "Text:" begin the message itself (a habit of very old mail readers).
bool ends_header(std::string_view name) {
    return iequals(name, "message") || iequals(name, "text");
}

}  // namespace

std::size_t field_name_length(std::string_view line) {
    std::size_t length = 0;
    while (length < line.size() && line[length] > ' ' && line[length] < '\x7f' &&
           line[length] != ':') {
        ++length;
    }
    std::size_t at = length;
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
    return at < line.size() && line[at] == ':' ? length : 0;
}

bool HeaderScan::scan(std::string_view text, bool at_end) {
    while (at_ < text.size()) {
        const std::size_t end = text.find('\n', at_);
        if (end == std::string_view::npos && !at_end) return false;
        const std::string_view line =
            text.substr(at_, end == std::string_view::npos ? end : end - at_);
        const std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
        const bool continued =
            any_field_ && !line.empty() && (line.front() == ' ' || line.front() == '\t');
        if (at_ == 0 && skip_from_line_ && line.substr(0, 5) == "From ") {
            at_ = next;
            continue;
        }
        if (!continued) {
            const std::size_t name = field_name_length(line);
            if (line.empty() || name == 0 || ends_header(line.substr(0, name))) {
                header_end_ = at_;
                body_start_ = line.empty() ? next : at_;
                return true;
            }
            starts_.push_back(at_);
            any_field_ = true;
        }
        at_ = next;
    }
    if (!at_end) return false;
    header_end_ = body_start_ = at_;
    return true;
}

std::vector<ScannedField> HeaderScan::fields(std::string_view text) const {
    std::vector<ScannedField> out;
    out.reserve(starts_.size());
    for (std::size_t i = 0; i < starts_.size(); ++i) {
        const std::size_t stop = i + 1 < starts_.size() ? starts_[i + 1] : header_end_;
        std::string_view field = text.substr(starts_[i], stop - starts_[i]);
        if (!field.empty() && field.back() == '\n') field.remove_suffix(1);
        const std::size_t name = field_name_length(field.substr(0, field.find('\n')));
        const std::size_t colon = field.find(':', name);
        out.push_back({field.substr(0, name), field.substr(colon + 1)});
    }
    return out;
}

}  // namespace sm
