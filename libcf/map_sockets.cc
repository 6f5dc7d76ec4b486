#include "libcf/map_sockets.h"

#include <netdb.h>

#include <memory>

#include "libcf/name_settings.h"
#include "libnet/connector.h"
#include "libnet/resolver.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

Error failure(std::string text) {
    return make_error(Exit::kTempFail, std::move(text));
}

// A number, or a service's name; 0: neither.
std::uint16_t port_number(std::string_view text) {
    if (!text.empty() && is_digit(text[0])) {
        const std::int64_t number = leading_int(text);
        return number > 0 && number < 65536 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
    }
    const servent* entry = ::getservbyname(std::string(text).c_str(), "tcp");
    if (entry == nullptr) return 0;
    return ntohs(static_cast<std::uint16_t>(entry->s_port));
}

Result<std::vector<SocketAddress>> host_addresses(std::string_view host, int family,
                                                  const Options& options, Deadline deadline) {
    if (const auto literal = SocketAddress::parse(host)) return std::vector{*literal};
    const auto resolver = make_resolver(resolver_settings(options));
    NameService names(name_settings(options), *resolver);
    const auto found = names.addresses(host, family, deadline);
    if (found.ok() && found->has_value()) return **found;
    return failure(cat("Unknown host name ", host));
}

Result<UniqueFd> connect_unix(std::string_view path, Deadline deadline) {
    const auto address = SocketAddress::unix_path(path);
    if (!address) return failure(cat("bad socket name ", path));
    auto made = connect_to(*address, deadline);
    if (made.ok()) return made;
    Error error = failure("");
    error.sys_errno = made.error().sys_errno;
    return error;
}

Result<UniqueFd> connect_map(std::string_view spec, const Options& options, Deadline deadline) {
    const std::size_t colon = spec.find(':');
    if (colon == spec.npos) return connect_unix(spec, deadline);
    const std::string_view kind = spec.substr(0, colon);
    const std::string_view where = spec.substr(colon + 1);
    if (iequals(kind, "unix") || iequals(kind, "local")) return connect_unix(where, deadline);
    const bool six = iequals(kind, "inet6");
    if (!six && !iequals(kind, "inet")) {
        return failure(cat("unknown socket type ", kind, ": Protocol not supported"));
    }
    const std::size_t at = where.find('@');
    if (at == where.npos) return failure(cat("bad address ", where, " (expected port@host)"));
    const std::uint16_t port = port_number(where.substr(0, at));
    if (port == 0) return failure(cat("unknown port name ", where.substr(0, at)));
    SM_TRY(std::vector<SocketAddress> addresses,
           host_addresses(where.substr(at + 1), six ? AF_INET6 : AF_INET, options, deadline));
    for (SocketAddress& address : addresses) {
        address.set_port(port);
        auto made = connect_to(address, deadline);
        if (made.ok()) return made;
    }
    return failure("");
}

}  // namespace

void add_map_sockets(MapEnvironment& environment, const Options& options) {
    environment.connect_to = [&options](std::string_view spec, Deadline deadline) {
        return connect_map(spec, options, deadline);
    };
}

}  // namespace sm
