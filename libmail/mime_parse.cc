#include "libmail/mime_parse.h"

#include <utility>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kLongLine = 16384;   // longer ones are handed on in parts
constexpr std::size_t kMaxHeader = 65536;  // octets of a header section inside a body
constexpr int kMaxDepth = 20;

// Skips white space (line feeds too) and comments.
void skip_blank(std::string_view& rest) {
    int depth = 0;
    while (!rest.empty()) {
        const char c = rest.front();
        if (c == '(') {
            ++depth;
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (c == '\\' && depth > 0 && rest.size() > 1) {
            rest.remove_prefix(1);
        } else if (depth == 0 && !is_space(c)) {
            return;
        }
        rest.remove_prefix(1);
    }
}

std::string take_token(std::string_view& rest) {
    skip_blank(rest);
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end]) &&
           std::string_view("()<>@,;:\\\"/[]?=").find(rest[end]) == std::string_view::npos) {
        ++end;
    }
    std::string token(rest.substr(0, end));
    rest.remove_prefix(end);
    skip_blank(rest);
    return token;
}

std::string take_value(std::string_view& rest) {
    skip_blank(rest);
    if (rest.empty() || rest.front() != '"') {
        // Tolerant: an unquoted value ends at ';' or white space only.
        const std::size_t end = rest.find_first_of("; \t\r\n");
        std::string value(rest.substr(0, end));
        rest.remove_prefix(value.size());
        skip_blank(rest);
        return value;
    }
    std::string value;
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
        if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
        value += rest.front();
        rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
    skip_blank(rest);
    return value;
}

}  // namespace

bool is_field(std::string_view field, std::string_view name) {
    if (!istarts_with(field, name)) return false;
    return trim_left(field.substr(name.size())).starts_with(':');
}

ContentType parse_content_type(std::string_view value) {
    ContentType out;
    const std::string major = lower(take_token(value));
    if (major.empty() || !value.starts_with('/')) return out;
    value.remove_prefix(1);
    const std::string minor = lower(take_token(value));
    if (minor.empty()) return out;
    out.type = cat(major, '/', minor);
    while (value.starts_with(';')) {
        value.remove_prefix(1);
        const std::string name = lower(take_token(value));
        if (!value.starts_with('=')) {
            value.remove_prefix(std::min(value.find(';'), value.size()));
            continue;
        }
        value.remove_prefix(1);
        std::string parameter = take_value(value);
        if (name == "boundary" && out.boundary.empty()) out.boundary = std::move(parameter);
    }
    return out;
}

MimeReader::MimeReader(const PartHeader& top, MimeVisitor& visitor,
                       std::function<bool(std::string_view type)> opaque)
    : visitor_(visitor), opaque_(std::move(opaque)) {
    PartHeader header = top;
    classify(header);
    enter(header);
}

void MimeReader::classify(PartHeader& header) const {
    header.kind = PartKind::kLeaf;
    if (opaque_ && opaque_(header.type)) {
        header.kind = PartKind::kOpaque;
    } else if (header.type.starts_with("multipart/") && !header.boundary.empty()) {
        header.kind = depth_ < kMaxDepth ? PartKind::kMultipart : PartKind::kOpaque;
    } else if (header.type == "message/rfc822") {
        header.kind = depth_ < kMaxDepth ? PartKind::kMessage : PartKind::kOpaque;
    }
}

void MimeReader::enter(const PartHeader& header) {
    switch (header.kind) {
        case PartKind::kLeaf:
            state_ = State::kLeaf;
            break;
        case PartKind::kOpaque:
            state_ = State::kOpaque;
            break;
        case PartKind::kMultipart:
            boundaries_.push_back(header.boundary);
            state_ = State::kOther;
            ++depth_;
            break;
        case PartKind::kMessage:
            state_ = State::kHeader;
            header_ = {};
            ++depth_;
            break;
    }
}

int MimeReader::match_boundary(std::string_view line, bool* closing) const {
    if (!line.starts_with("--")) return -1;
    line = trim_right(line.substr(2));
    for (std::size_t i = boundaries_.size(); i-- > 0;) {
        if (!line.starts_with(boundaries_[i])) continue;
        const std::string_view rest = line.substr(boundaries_[i].size());
        if (!rest.empty() && rest != "--") continue;
        *closing = !rest.empty();
        return static_cast<int>(i);
    }
    return -1;
}

Status MimeReader::feed(std::string_view piece) {
    while (!piece.empty()) {
        const std::size_t end = piece.find('\n');
        if (end == std::string_view::npos) {
            line_ += piece;
            if (line_.size() > kLongLine) {
                const std::string part = std::exchange(line_, {});
                SM_CHECK_OK(take(part, false));
                line_started_ = true;
            }
            return {};
        }
        if (line_.empty()) {
            SM_CHECK_OK(take(piece.substr(0, end), true));
        } else {
            line_ += piece.substr(0, end);
            const std::string line = std::exchange(line_, {});
            SM_CHECK_OK(take(line, true));
        }
        line_started_ = false;
        piece.remove_prefix(end + 1);
    }
    return {};
}

Status MimeReader::finish() {
    if (!line_.empty()) {
        const std::string line = std::exchange(line_, {});
        SM_CHECK_OK(take(line, false));
    }
    return end_part(false);
}

// The part under way is over, by a boundary or by the end of the message.
Status MimeReader::end_part(bool at_boundary) {
    if (state_ == State::kHeader) SM_CHECK_OK(end_header(false));
    if (state_ == State::kLeaf) return visitor_.leaf_end(at_boundary);
    return {};
}

Status MimeReader::take(std::string_view text, bool ends_line) {
    bool closing = false;
    const int index = line_started_ ? -1 : match_boundary(text, &closing);
    if (index >= 0) {
        SM_CHECK_OK(end_part(true));
        boundaries_.resize(static_cast<std::size_t>(index) + (closing ? 0U : 1U));
        depth_ = static_cast<int>(boundaries_.size());
        state_ = closing ? State::kOther : State::kHeader;
        header_ = {};
        return visitor_.other_text(text, ends_line, false);
    }
    switch (state_) {
        case State::kHeader:
            return take_header_line(text);
        case State::kLeaf:
            return visitor_.leaf_text(text, ends_line);
        case State::kOther:
        case State::kOpaque:
            break;
    }
    return visitor_.other_text(text, ends_line, state_ == State::kOpaque);
}

Status MimeReader::take_header_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() && !line_started_) return end_header(true);
    const bool continued = line_started_ || is_space(line.front());
    if (continued && !header_.fields.empty()) {
        append(header_.fields.back(), line_started_ ? "" : "\n", line);
    } else {
        header_.fields.emplace_back(line);
    }
    std::size_t size = 0;
    for (const std::string& field : header_.fields) size += field.size();
    // No header section is that long: it is content that never said so.
    return size > kMaxHeader ? end_header(false) : Status();
}

Status MimeReader::end_header(bool ended) {
    for (const std::string& field : header_.fields) {
        const std::size_t colon = field.find(':');
        if (colon == std::string::npos) continue;
        const std::string_view value = std::string_view(field).substr(colon + 1);
        if (is_field(field, "content-type")) {
            const ContentType content = parse_content_type(value);
            header_.type = content.type;
            header_.boundary = content.boundary;
        } else if (is_field(field, "content-transfer-encoding")) {
            std::string_view rest = value;
            header_.encoding = lower(take_token(rest));
        }
    }
    classify(header_);
    PartHeader header = std::exchange(header_, {});
    SM_CHECK_OK(visitor_.part_header(header, ended));
    enter(header);
    return {};
}

}  // namespace sm
