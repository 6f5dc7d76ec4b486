// The mechanisms with a bearer token, client side: OAUTHBEARER (RFC 7628) and XOAUTH2, which the
// SASL library does not have.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libnet/sasl_client.h"

namespace sm {

struct BearerOptions {
    std::string user;
    std::string token;
    std::string host;  // for OAUTHBEARER
    std::uint16_t port = 25;
};

// The words of `mechanisms` that this file knows, best first; "" none.
[[nodiscard]] std::string bearer_mechanisms(std::string_view mechanisms);

// start() takes the first of the mechanisms that it knows. A challenge of the server is its
// complaint; the answer to it ends the exchange (error() holds it, printable).
class BearerClient final : public SaslClient {
  public:
    explicit BearerClient(BearerOptions options) : options_(std::move(options)) {}

    [[nodiscard]] Step start(std::string_view mechanisms) override;
    [[nodiscard]] Step step(std::string_view challenge) override;
    [[nodiscard]] const std::string& mechanism() const override { return mechanism_; }
    [[nodiscard]] AuthFacts finish() override;
    [[nodiscard]] std::unique_ptr<ByteStream> layer(ByteStream& below) override;
    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    BearerOptions options_;
    std::string mechanism_;
    std::string error_;
};

}  // namespace sm
