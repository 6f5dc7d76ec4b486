#include "libnet/identd.h"

#include "libnet/connector.h"
#include "libsm/byte_stream.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {
constexpr std::uint16_t kIdentPort = 113;
constexpr std::size_t kMaxName = 256;
}  // namespace

std::optional<std::string> parse_ident_reply(std::string_view line, int peer_port, int local_port) {
    // "6193, 23 : USERID : UNIX : stjohns"
    const std::size_t comma = line.find(',');
    const std::size_t first = line.find(':');
    if (comma == std::string_view::npos || first == std::string_view::npos || comma > first) {
        return std::nullopt;
    }
    const auto port_a = parse_int(trim(line.substr(0, comma)));
    const auto port_b = parse_int(trim(line.substr(comma + 1, first - comma - 1)));
    if (port_a != peer_port || port_b != local_port) return std::nullopt;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    if (!iequals(trim(line.substr(first + 1, second - first - 1)), "USERID")) return std::nullopt;
    const std::size_t third = line.find(':', second + 1);
    if (third == std::string_view::npos) return std::nullopt;
    const std::string_view system = trim(line.substr(second + 1, third - second - 1));
    const std::string_view name = trim(line.substr(third + 1));
    if (name.empty() || istarts_with(system, "other")) return std::nullopt;
    for (const char c : name) {
        if (!is_print(c) || std::string_view("<>()\"\\,;").find(c) != std::string_view::npos) {
            return std::nullopt;
        }
    }
    return std::string(name.substr(0, kMaxName));
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
    return parse_ident_reply(line.value().text, peer.port(), local.port());
}

}  // namespace sm
