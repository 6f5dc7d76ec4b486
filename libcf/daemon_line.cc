// DaemonPortOptions and ClientPortOptions. Keys count by their first letter, as of old (two
// letters or more where that would be ambiguous). Source: operations guide 5.6.
#include "libcf/option_reader.h"
#include "libsm/parse_number.h"

namespace sm {

namespace {

bool known_family(std::string_view family) {
    return iequals(family, "inet") || iequals(family, "inet6") || iequals(family, "unix") ||
           iequals(family, "local");
}

void set_load(DaemonSpec& daemon, std::string_view key, int value) {
    if (istarts_with(key, "delay")) daemon.delay_la = value;
    if (istarts_with(key, "queue")) daemon.queue_la = value;
    if (istarts_with(key, "refuse")) daemon.refuse_la = value;
}

void set_delivery_mode(DaemonSpec& daemon, std::string_view value, Diagnostics& diagnostics) {
    const char mode = value.empty() ? '\0' : to_lower(value.front());
    if (mode != '\0' && std::string_view("ibqd").find(mode) != std::string_view::npos) {
        daemon.delivery_mode = mode;
    } else {
        diagnostics.error(cat("Unknown delivery mode ", value.substr(0, 1)));
    }
}

void set_key(DaemonSpec& daemon, std::string_view key, std::string_view value, bool client,
             Diagnostics& diagnostics) {
    const auto number = static_cast<int>(leading_int(value));
    if (istarts_with(key, "children")) {
        daemon.max_children = number;
        return;
    }
    if (istarts_with(key, "delayla") || istarts_with(key, "queuela") ||
        istarts_with(key, "refusela")) {
        set_load(daemon, key, number);
        return;
    }
    if (istarts_with(key, "delivery")) {
        set_delivery_mode(daemon, value, diagnostics);
        return;
    }
    switch (to_upper(key.front())) {
        case 'A':
            daemon.address = value;
            break;
        case 'C':
            daemon.max_children = number;
            break;
        case 'D':
            set_delivery_mode(daemon, value, diagnostics);
            break;
        case 'F':
            if (!known_family(value)) {
                diagnostics.error(cat("Unknown address family ", value, " in Family=option"));
            } else {
                daemon.family = iequals(value, "local") ? "unix" : lower(value);
            }
            break;
        case 'I':
            daemon.filters = value;
            daemon.filters_given = true;
            break;
        case 'L':
            daemon.backlog = number;
            daemon.backlog_given = true;
            break;
        case 'M':
            for (const char c : value) {
                if (!is_space(c)) daemon.modifiers += c;
            }
            break;
        case 'N':
            daemon.name = value;
            break;
        case 'P':
            daemon.port = value;
            break;
        case 'R':
            daemon.receive_buffer = number;
            break;
        case 'S':
            daemon.send_buffer = number;
            break;
        default:
            diagnostics.error(cat(client ? "ClientPortOptions" : "DaemonPortOptions",
                                  " parameter \"", key, "\" unknown"));
    }
}

}  // namespace

DaemonSpec read_daemon_line(std::string_view text, std::size_t number, bool client,
                            Diagnostics& diagnostics) {
    DaemonSpec daemon;
    for (const std::string_view piece : split(text, ',')) {
        const std::string_view pair = trim(piece);
        const std::size_t equals = pair.find('=');
        if (pair.empty() || equals == std::string_view::npos) continue;
        const std::string_view key = trim(pair.substr(0, equals));
        if (!key.empty()) {
            set_key(daemon, key, trim(pair.substr(equals + 1)), client, diagnostics);
        }
    }
    if (daemon.name.empty() && !client) daemon.name = cat("Daemon", number);
    return daemon;
}

}  // namespace sm
