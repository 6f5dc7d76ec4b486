#include "sendmail/daemon/client_lookup.h"

#include <algorithm>

#include "libnet/identd.h"
#include "libsm/strings.h"

namespace sm {
namespace {

void set_name(const SocketAddress& peer, NameService& names, Deadline deadline,
              ClientFacts* facts) {
    const auto name = names.name_of(peer, deadline);
    if (!name.ok()) {
        facts->resolve = "TEMP";
        return;
    }
    if (!*name) {
        facts->resolve = "FAIL";
        return;
    }
    facts->ptr = **name;
    const auto addresses = names.addresses(facts->ptr, peer.family(), deadline);
    if (!addresses.ok()) {
        facts->resolve = "TEMP";
        return;
    }
    const bool agrees = *addresses && std::any_of((*addresses)->begin(), (*addresses)->end(),
                                                  [&peer](const SocketAddress& each) {
                                                      return each.same_host(peer);
                                                  });
    facts->resolve = agrees ? "OK" : "FORGED";
    facts->name = facts->ptr;
}

}  // namespace

ClientFacts look_up_client(int socket, NameService& names, bool compressed_ipv6,
                           Deadline deadline, std::chrono::seconds ident_time) {
    ClientFacts facts;
    facts.is_network = true;
    const auto peer = SocketAddress::peer_of(socket);
    if (!peer || !peer->is_ip()) return facts;  // a UNIX socket: this machine
    facts.address = peer->prefixed(compressed_ipv6);
    facts.port = cat(peer->port());
    facts.name = cat('[', facts.address, ']');
    set_name(*peer, names, deadline, &facts);
    const auto local = SocketAddress::local_of(socket);
    if (local && !local->is_loopback()) {
        facts.interface_address = local->prefixed(compressed_ipv6);
        facts.interface_family = local->family() == AF_INET6 ? "inet6" : "inet";
        facts.interface_name = facts.interface_address;
        const auto name = names.name_of(*local, deadline);
        if (name.ok() && *name) facts.interface_name = **name;
    }
    if (local && ident_time.count() > 0) {
        facts.ident = ask_identd(*local, *peer, Deadline::in(ident_time)).value_or("");
    }
    return facts;
}

}  // namespace sm
