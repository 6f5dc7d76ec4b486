// Reply: one SMTP reply of the server (RFC 5321 section 4.2, RFC 2034).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct Reply {
    int code = 250;
    std::string dsn;                 // "2.0.0"; empty: the reply has none
    std::vector<std::string> lines;  // texts; empty: nothing is sent at all
    bool close = false;              // the connection ends after it

    [[nodiscard]] bool ok() const { return code < 400; }
    [[nodiscard]] bool none() const { return lines.empty(); }
    // "550 5.7.1 text": the form of log lines (last line of the reply).
    [[nodiscard]] std::string text() const;
    // As sent, with line ends.
    // eight_bit false: the high bit of every octet is taken off.
    [[nodiscard]] std::string wire(bool eight_bit = false) const;
};

[[nodiscard]] Reply make_reply(int code, std::string_view dsn, std::string text);
[[nodiscard]] Reply closing(Reply reply);

// Nothing to send: the command wrote its own replies, or the connection is gone.
[[nodiscard]] Reply no_reply();

// Replies about a mailbox (250, 252, 450, 550, 553) name it: "<a@b>... text"; others do not.
[[nodiscard]] std::string about(int code, std::string_view address, std::string_view text);

}  // namespace sm
