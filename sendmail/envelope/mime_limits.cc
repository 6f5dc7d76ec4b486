#include "sendmail/envelope/mime_limits.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "libsm/strings.h"

namespace sm {
namespace {

struct MimeField {
    std::string_view name;
    bool has_parameters = false;
};

constexpr std::array kFields = {
    MimeField{"MIME-Version"},        MimeField{"Content-Type", true},
    MimeField{"Content-Description"}, MimeField{"Content-Transfer-Encoding"},
    MimeField{"Content-Id"},          MimeField{"Content-Disposition", true},
};

// What is open at the end of a text.
struct Open {
    bool quote = false;
    std::size_t comments = 0;
    bool escape = false;

    void take(char c) {
        if (escape) {
            escape = false;
        } else if (c == '\\') {
            escape = quote || comments > 0;
        } else if (c == '"' && comments == 0) {
            quote = !quote;
        } else if (c == '(' && !quote) {
            ++comments;
        } else if (c == ')' && !quote && comments > 0) {
            --comments;
        }
    }
    [[nodiscard]] std::string closers() const {
        return cat(quote ? "\"" : "", std::string(comments, ')'));
    }
};

// The first octets of `text`, with what they leave open closed. whole: closed within `limit`.
std::string cut(std::string_view text, std::size_t limit, bool whole) {
    std::string best;
    std::string so_far;
    Open open;
    for (const char c : text.substr(0, limit)) {
        so_far += c;
        open.take(c);
        if (open.escape) continue;  // never between a backslash and what it is for
        const std::string closers = open.closers();
        if (!whole || so_far.size() + closers.size() <= limit) best = cat(so_far, closers);
    }
    return best;
}

std::vector<std::string_view> parts_of(std::string_view value) {
    std::vector<std::string_view> out;
    Open open;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        open.take(value[i]);
        if (value[i] != ';' || open.quote || open.comments > 0) continue;
        out.push_back(value.substr(begin, i - begin));
        begin = i + 1;
    }
    out.push_back(value.substr(begin));
    return out;
}

// The length of the last part that was too long, as it stood; 0: none was.
std::size_t limit_parts(std::string* value, std::size_t limit) {
    std::size_t length = 0;
    std::string out;
    for (const std::string_view part : parts_of(*value)) {
        const std::string_view bare = trim(part);
        const bool too_long = bare.size() > limit;
        if (too_long) length = part.size();
        append(out, out.empty() ? " " : "; ", too_long ? cut(bare, limit, true) : bare);
    }
    if (length > 0) *value = out;
    return length;
}

}  // namespace

std::vector<std::string> limit_mime_fields(const Options& options, HeaderList& headers) {
    std::vector<std::string> out;
    const auto whole = static_cast<std::size_t>(options.max_mime_header_length);
    const auto each = static_cast<std::size_t>(options.max_mime_header_field_length);
    for (HeaderField& field : headers.fields()) {
        const auto row = std::find_if(kFields.begin(), kFields.end(), [&field](const auto& known) {
            return iequals(known.name, field.name);
        });
        if (row == kFields.end()) continue;
        const std::size_t long_part =
            each > 0 && row->has_parameters ? limit_parts(&field.value, each) : 0;
        if (long_part > 0) {
            out.push_back(cat("Truncated MIME ", row->name, " header due to field size (length = ",
                              long_part, ") (possible attack)"));
        }
        if (whole == 0 || field.value.size() <= whole) continue;
        out.push_back(cat("Truncated long MIME ", row->name,
                          " header (length = ", field.value.size(), ") (possible attack)"));
        field.value = cut(field.value, whole, false);
    }
    return out;
}

}  // namespace sm
