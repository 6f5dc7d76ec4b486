#include "sendmail/server/reply.h"

#include "libsm/strings.h"

namespace sm {

std::string Reply::text() const {
    std::string out = cat(code);
    if (!dsn.empty()) append(out, ' ', dsn);
    if (!lines.empty()) append(out, ' ', lines.back());
    return out;
}

std::string Reply::wire(bool eight_bit) const {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        append(out, code, i + 1 < lines.size() ? '-' : ' ');
        if (!dsn.empty()) append(out, dsn, ' ');
        append(out, lines[i], "\r\n");
    }
    if (!eight_bit) {
        for (char& c : out) c = static_cast<char>(c & 0x7f);
    }
    return out;
}

Reply make_reply(int code, std::string_view dsn, std::string text) {
    Reply reply;
    reply.code = code;
    reply.dsn = dsn;
    reply.lines.push_back(std::move(text));
    return reply;
}

Reply closing(Reply reply) {
    reply.close = true;
    return reply;
}

Reply no_reply() {
    return Reply{};
}

std::string about(int code, std::string_view address, std::string_view text) {
    const bool names_mailbox =
        code == 250 || code == 252 || code == 450 || code == 550 || code == 553;
    if (!names_mailbox || address.empty()) return std::string(text);
    return cat(address, "... ", text);
}

}  // namespace sm
