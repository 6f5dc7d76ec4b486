// Replies of an SMTP server as its client reads them (RFC 5321 section 4.2, RFC 2034). Formats
// only.
//
// Everything here comes from a peer: text is kept printable and bounded, and is never taken for
// anything but text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct SmtpReply {
    int code = 0;                    // 200..599; 0: none
    std::vector<std::string> lines;  // whole lines, code included, printable, at most kMaxLines

    static constexpr std::size_t kMaxLines = 200;

    [[nodiscard]] int kind() const { return code / 100; }
    [[nodiscard]] bool positive() const { return kind() == 2 || kind() == 3; }
    // The first line: what logs and reports show ("550-5.1.1 no such user").
    [[nodiscard]] std::string_view first_line() const;
    // The first line without code and, with `enhanced`, without enhanced status code.
    [[nodiscard]] std::string_view text(bool enhanced) const;
    // "5.1.1" from the first line that has one of a fitting form; "" when there is none.
    [[nodiscard]] std::string_view dsn() const;
};

// One line of a reply: "250-text", "250 text", "250".
struct SmtpReplyLine {
    int code = 0;
    bool last = true;
    std::string_view text;  // behind the separator; a view into the line
};
// False: not a reply line at all.
[[nodiscard]] bool parse_reply_line(std::string_view line, SmtpReplyLine* out);

// The enhanced status code at the start of `text` ("5.1.1 no such user" -> "5.1.1"); "" when there
// is none. class 2, 4 or 5; up to three digits in the other parts (RFC 3463 section 2).
[[nodiscard]] std::string_view enhanced_status(std::string_view text);

// The enhanced code that stands for a bare reply code: "4.2.0" for 450, "5.0.0" when nothing better
// is known.
[[nodiscard]] std::string dsn_of_reply_code(int code);

}  // namespace sm
