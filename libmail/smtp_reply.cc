#include "libmail/smtp_reply.h"

#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

struct CodeRow {
    int code;
    std::string_view dsn;
};

constexpr std::array kCodes = {
    CodeRow{450, "4.2.0"}, CodeRow{451, "4.3.0"}, CodeRow{452, "4.3.1"}, CodeRow{500, "5.5.2"},
    CodeRow{501, "5.5.4"}, CodeRow{502, "5.5.1"}, CodeRow{503, "5.5.1"}, CodeRow{504, "5.5.4"},
    CodeRow{550, "5.2.0"}, CodeRow{551, "5.1.6"}, CodeRow{552, "5.2.2"}, CodeRow{553, "5.1.0"},
};

// Digits at the start of `text`, at most `max`; 0: none or too many.
std::size_t digits(std::string_view text, std::size_t max) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return count <= max ? count : 0;
}

}  // namespace

std::string_view enhanced_status(std::string_view text) {
    if (text.size() < 5 || text[1] != '.') return {};
    if (text[0] != '2' && text[0] != '4' && text[0] != '5') return {};
    const std::size_t subject = digits(text.substr(2), 3);
    if (subject == 0 || text.size() <= 2 + subject || text[2 + subject] != '.') return {};
    const std::size_t detail = digits(text.substr(3 + subject), 3);
    if (detail == 0) return {};
    const std::size_t size = 3 + subject + detail;
    if (size < text.size() && text[size] != ' ') return {};
    return text.substr(0, size);
}

bool parse_reply_line(std::string_view line, SmtpReplyLine* out) {
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) {
        return false;
    }
    if (line[0] < '2' || line[0] > '5') return false;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return false;
    out->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    out->last = line.size() == 3 || line[3] == ' ';
    out->text = line.size() > 4 ? line.substr(4) : std::string_view();
    return true;
}

std::string_view SmtpReply::first_line() const {
    return lines.empty() ? std::string_view() : std::string_view(lines.front());
}

std::string_view SmtpReply::text(bool enhanced) const {
    SmtpReplyLine line;
    if (!parse_reply_line(first_line(), &line)) return {};
    if (!enhanced) return line.text;
    const std::string_view dsn = enhanced_status(line.text);
    return dsn.empty() ? line.text : trim_left(line.text.substr(dsn.size()));
}

std::string_view SmtpReply::dsn() const {
    for (const std::string& text : lines) {
        SmtpReplyLine line;
        if (!parse_reply_line(text, &line)) continue;
        const std::string_view found = enhanced_status(line.text);
        // A success code on a failure, or the other way round, is a mistake of the server.
        if (!found.empty() && found.front() - '0' == kind()) return found;
    }
    return {};
}

std::string dsn_of_reply_code(int code) {
    for (const CodeRow& row : kCodes) {
        if (row.code == code) return std::string(row.dsn);
    }
    return cat(code / 100, ".0.0");
}

}  // namespace sm
