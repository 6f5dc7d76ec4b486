#include "sendmail/server/session_macros.h"

#include "libmail/date.h"
#include "libsm/strings.h"

namespace sm {

void set_client_macros(const ClientFacts& client, MacroScope* macros) {
    macros->set("_", client.relay());
    macros->set("client_name", client.name);
    macros->set("client_addr", client.address);
    macros->set("client_port", client.port);
    macros->set("client_ptr", client.ptr);
    macros->set("client_resolve", client.resolve);
    macros->set("client_connections", cat(client.connections));
    macros->set("client_rate", cat(client.rate));
    macros->set("total_rate", cat(client.total_rate));
    if (!client.interface_address.empty()) {
        macros->set("if_addr", client.interface_address);
        macros->set("if_name", client.interface_name);
        macros->set("if_family", client.interface_family);
    }
    macros->set("r", "SMTP");
}

std::string flags_as_macro(std::string_view modifiers) {
    std::string out;
    for (const char c : modifiers) {
        if (!out.empty()) out += ' ';
        out += c;
        if (is_upper(c)) out += c;
    }
    return out;
}

void set_daemon_macros(const DaemonSpec& daemon, MacroScope* macros) {
    const bool inet6 = daemon.family == "inet6";
    const std::string_view any = inet6 ? "IPv6:::" : "0.0.0.0";
    macros->set("daemon_name", daemon.name);
    macros->set("daemon_family", daemon.family);
    macros->set("daemon_addr", daemon.address.empty() ? any : std::string_view(daemon.address));
    macros->set("daemon_port",
                daemon.port.empty() ? std::string_view("25") : std::string_view(daemon.port));
    macros->set("daemon_flags", flags_as_macro(daemon.modifiers));
}

void set_time_macros(std::int64_t now, MacroScope* macros) {
    const std::string date = rfc822_date(now);
    macros->set("a", date);
    macros->set("b", date);
    macros->set("d", ctime_date(now));
    macros->set("t", utc_stamp(now));
    macros->set("time", cat(now));
}

}  // namespace sm
