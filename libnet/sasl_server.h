// SaslServer: the server's side of one SMTP AUTH exchange (RFC 4954) through Cyrus SASL; base64
// and SMTP are the caller's. SaslLibrary is prepared once per process, before the first use.
//
// An exchange belongs to the process that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/auth_facts.h"
#include "libsm/byte_stream.h"
#include "libsm/result.h"

namespace sm {

// Where the library looks: from the E lines SASL_CONF_PATH and SASL_PATH of the configuration;
// empty: its built-in places.
struct SaslPaths {
    std::string config;
    std::string plugins;
};

// What a process without root's rights asks another one for.
struct SaslHelpers {
    // A plaintext password. False: wrong. Not set: the library checks by itself.
    std::function<Result<bool>(std::string_view user, std::string_view realm,
                               std::string_view password)>
        check_password;
    // The stored secret of a user (property userPassword) for mechanisms with a challenge;
    // nullopt: no such user. Not set: the library's own auxprop plug-ins.
    std::function<Result<std::optional<std::string>>(std::string_view user, std::string_view realm)>
        secret;
};

// Loads the library's plug-ins: in the daemon before it forks. Later calls do nothing.
// Error: kSoftware. helpers: for all exchanges of this process.
[[nodiscard]] Status prepare_sasl_server(const SaslPaths& paths);
void set_sasl_helpers(SaslHelpers helpers);

// One plaintext password against the library's configuration, with the caller's rights (the
// broker's end of SaslHelpers::check_password).
[[nodiscard]] Result<bool> check_sasl_password(std::string_view host, std::string_view realm,
                                               std::string_view user, std::string_view password);
// The broker's end of SaslHelpers::secret.
[[nodiscard]] Result<std::optional<std::string>> look_up_sasl_secret(std::string_view host,
                                                                     std::string_view realm,
                                                                     std::string_view user);

struct SaslServerOptions {
    std::string host;                    // $j
    std::string realm;                   // AuthRealm; "" is the host
    std::string mechanisms;              // AuthMechanisms
    std::string auth_options;            // AuthOptions
    std::int64_t max_bits = 2147483647;  // AuthMaxBits
    std::string local_address;           // "192.0.2.1;25"; "" unknown
    std::string remote_address;
    unsigned tls_bits = 0;    // strength of the TLS layer below; 0 none
    std::string external_id;  // subject of a verified certificate
};

class SaslServer {
  public:
    enum class Outcome {
        kDone,       // authenticated; facts() are set
        kContinue,   // send `data` as a challenge
        kFailed,     // wrong, or refused by the peer's own fault
        kTemporary,  // could not be decided
    };
    struct Step {
        Outcome outcome = Outcome::kTemporary;
        std::string data;    // octets for the peer
        std::string reason;  // for the log: "authentication failure (-13) SASL(-13): ..."
        std::string user;    // as far as known, for the log
    };

    virtual ~SaslServer() = default;
    // What may be offered: the words of AuthMechanisms, in that order, that the library can do
    // under these options. "" none.
    [[nodiscard]] virtual const std::string& offered() const = 0;
    // All that the library could do, for the log.
    [[nodiscard]] virtual const std::string& available() const = 0;
    // initial: nullopt: the client sent none.
    [[nodiscard]] virtual Step start(std::string_view mechanism,
                                     std::optional<std::string_view> initial) = 0;
    [[nodiscard]] virtual Step step(std::string_view response) = 0;
    [[nodiscard]] virtual const AuthFacts& facts() const = 0;
    // The security layer that was agreed on, over `below`; nullptr when there is none. The
    // exchange must outlive the stream.
    [[nodiscard]] virtual std::unique_ptr<ByteStream> layer(ByteStream& below) = 0;
};

// Error kUnavailable: not compiled in; kSoftware: the library refuses.
[[nodiscard]] Result<std::unique_ptr<SaslServer>> make_sasl_server(
    const SaslServerOptions& options);

}  // namespace sm
