// SaslClient: the client's side of one SMTP AUTH exchange through Cyrus SASL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libnet/auth_facts.h"
#include "libnet/sasl_server.h"

namespace sm {

struct SaslClientOptions {
    std::string server_name;  // for whom tickets and digests are made
    std::string user;         // authorization id
    std::string auth_id;      // authentication id
    std::string password;
    std::string realm;
    std::string auth_options;  // AuthOptions; A is not for the library
    std::int64_t max_bits = 2147483647;
    std::string local_address;  // "192.0.2.1;25"; "" unknown
    std::string remote_address;
    unsigned tls_bits = 0;
    std::string external_id;  // subject of our own certificate, when we presented one
};

class SaslClient {
  public:
    struct Step {
        bool ok = false;
        bool done = false;      // nothing more to send (the server has the last word)
        bool has_data = false;  // start only: there is an initial response
        std::string data;
        std::string reason;  // when not ok
    };
    virtual ~SaslClient() = default;
    // Chooses the strongest of `mechanisms` (separated by blanks) that can be done.
    [[nodiscard]] virtual Step start(std::string_view mechanisms) = 0;
    [[nodiscard]] virtual Step step(std::string_view challenge) = 0;
    // The mechanism in use after start().
    [[nodiscard]] virtual const std::string& mechanism() const = 0;
    // After the server said 235.
    [[nodiscard]] virtual AuthFacts finish() = 0;
    [[nodiscard]] virtual std::unique_ptr<ByteStream> layer(ByteStream& below) = 0;
};

[[nodiscard]] Status prepare_sasl_client(const SaslPaths& paths);
[[nodiscard]] Result<std::unique_ptr<SaslClient>> make_sasl_client(
    const SaslClientOptions& options);

}  // namespace sm
