// MailerSpec: one M line. Source: operations guide 5.4.
#pragma once

#include <algorithm>
#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct MailerSpec {
    int number = 0;  // order of definition, from 0; index into statistics
    std::string name;
    std::string path;               // P=
    std::bitset<256> flags;         // F=
    int sender_envelope_rules = 0;  // S=, ruleset numbers; -1: none
    int sender_header_rules = 0;
    int recipient_envelope_rules = 0;  // R=
    int recipient_header_rules = 0;
    std::vector<std::string> argv;         // A=, one element per argument, macros unexpanded
    std::string eol = "\n";                // E=
    long line_limit = 0;                   // L=, octets, 0: none
    long max_size = 0;                     // M=, octets, 0: none
    int max_messages = 0;                  // m=, per connection, 0: unlimited
    int max_recipients = 100;              // r=, per transaction
    std::vector<std::string> directories;  // D=
    std::string user_spec;                 // U= as written
    std::optional<unsigned> uid;           // U= resolved
    std::optional<unsigned> gid;
    int nice = 0;                  // N=
    std::string charset;           // C=
    std::string mta_type = "dns";  // T=
    std::string address_type = "rfc822";
    std::string diagnostic_type = "smtp";
    bool types_given = false;      // by T=, or implied by P=[IPC]
    std::chrono::seconds wait{0};  // W=
    std::string queue_group;       // Q=
    std::string root;              // /=

    [[nodiscard]] bool has(char flag) const { return flags[static_cast<unsigned char>(flag)]; }
    // Whether A= names the recipient. It does not: the mailer is spoken to in SMTP (LMTP with F=z).
    [[nodiscard]] bool names_user() const {
        return std::any_of(argv.begin(), argv.end(), [](const std::string& word) {
            return word.find("$u") != std::string::npos || word.find("${u}") != std::string::npos;
        });
    }
    // P=[IPC]: mail leaves through a socket.
    [[nodiscard]] bool is_network() const { return path == "[IPC]"; }
    [[nodiscard]] bool is_file() const { return path == "[FILE]"; }
    [[nodiscard]] bool is_error() const { return name == "error"; }
    [[nodiscard]] bool is_discard() const { return name == "discard"; }
};

}  // namespace sm
