#include "libnet/identd.h"

#include "libnet/connector.h"
#include "libsm/byte_stream.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {
constexpr std::uint16_t kIdentPort = 113;
constexpr std::size_t kMaxName = 256;
constexpr std::string_view kSpecials = "<>()[]@,;:\\\"";

// The name without what could be read as part of an address.
std::string plain_name(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\0' || out.size() == kMaxName) break;
        if (is_print(c) && c != ' ' && kSpecials.find(c) == std::string_view::npos) out += c;
    }
    return out;
}

}  // namespace

std::optional<std::string> parse_ident_reply(std::string_view line) {
    // "6193, 23 : USERID : UNIX : stjohns"
    const std::size_t comma = line.find(',');
    const std::size_t first = line.find(':');
    if (comma == std::string_view::npos || first == std::string_view::npos || comma > first) {
        return std::nullopt;
    }
    if (!parse_int(trim(line.substr(0, comma))) ||
        !parse_int(trim(line.substr(comma + 1, first - comma - 1)))) {
        return std::nullopt;
    }
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    if (!iequals(trim(line.substr(first + 1, second - first - 1)), "USERID")) return std::nullopt;
    const std::size_t third = line.find(':', second + 1);
    if (third == std::string_view::npos) return std::nullopt;
    // "OTHER" or "OTHER , US-ASCII": the name of the user is not one of the system's.
    std::string_view system = line.substr(second + 1, third - second - 1);
    system = trim(system.substr(0, system.find(',')));
    const std::string name = plain_name(line.substr(third + 1));
    if (name.empty()) return std::nullopt;
    return iequals(system, "OTHER") ? cat("IDENT:", name) : name;
}

std::optional<std::string> ask_identd(const SocketAddress& local, const SocketAddress& peer,
                                      Deadline deadline) {
    SocketAddress server = peer;
    server.set_port(kIdentPort);
    ConnectOptions options;
    options.bind_to = local;
    options.bind_to->set_port(0);
    auto fd = connect_to(server, deadline, options);
    if (!fd.ok()) return std::nullopt;
    FdStream stream(std::move(fd).value());
    if (!stream.write(cat(unsigned{peer.port()}, ",", unsigned{local.port()}, "\r\n"), deadline)) {
        return std::nullopt;
    }
    LineReader reader(stream, 1000);
    const auto line = reader.read_line(deadline);
    if (!line.ok()) return std::nullopt;
    return parse_ident_reply(line.value().text);
}

}  // namespace sm
