// DaemonSpec: one DaemonPortOptions or ClientPortOptions line. Source: operations guide 5.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sm {

struct DaemonSpec {
    std::string name;             // "MTA", "Daemon0", ...
    std::string port;             // number or service name; "" means smtp
    std::string address;          // "" means any; a path for family unix
    std::string family = "inet";  // inet inet6 unix
    std::string modifiers;        // letters of M=
    std::string filters;          // InputMailFilters=, names separated by ';'
    bool filters_given = false;
    int backlog = 10;  // Listen=
    bool backlog_given = false;
    int send_buffer = 0;
    int receive_buffer = 0;
    std::optional<int> max_children{};
    std::optional<char> delivery_mode{};  // i b q d
    std::optional<int> refuse_la{};
    std::optional<int> delay_la{};
    std::optional<int> queue_la{};

    [[nodiscard]] bool has(char modifier) const {
        return modifiers.find(modifier) != std::string::npos;
    }
};

}  // namespace sm
