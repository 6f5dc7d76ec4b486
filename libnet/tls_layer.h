// TlsLayer: the OpenSSL side of a TlsStream. For the .cc files of the TLS layer only.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "libnet/openssl_handles.h"
#include "libnet/tls_context.h"

struct bio_st;
struct x509_store_ctx_st;

namespace sm {

// What lies below: a stream whose waits obey the deadline of the call in progress.
struct TlsBelow {
    ByteStream* stream = nullptr;
    Deadline deadline = Deadline::never();
    bool may_wait = true;
    std::string output;            // made by OpenSSL, not written yet
    std::optional<Error> error{};  // of the stream; the layer itself stays usable
    bool end = false;
};

class TlsLayer final : public TlsStream {
  public:
    // ssl: ready for the handshake. Errors of certificates are remembered, never fatal: rulesets
    // decide about them.
    TlsLayer(SslPtr ssl, ByteStream& below);
    ~TlsLayer() override;

    // verify: ask for (server) or check (client) the peer's certificate.
    void set_verify(bool verify, bool require_crl);
    [[nodiscard]] Status handshake(bool is_server, Deadline deadline);
    void set_facts(TlsFacts facts);
    [[nodiscard]] ssl_st* ssl() const { return ssl_.get(); }
    [[nodiscard]] long first_verify_error() const { return first_error_; }

    [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t size,
                                           Deadline deadline) override;
    [[nodiscard]] Status write(std::string_view data, Deadline deadline) override;
    [[nodiscard]] bool pending() const override;
    [[nodiscard]] int fd() const override { return below_.stream->fd(); }
    [[nodiscard]] const TlsFacts& facts() const override { return facts_; }

    // Called by OpenSSL while it checks a chain.
    int judge_certificate(bool good, x509_store_ctx_st* context);

  private:
    [[nodiscard]] Error failure(std::string_view what, int result);
    [[nodiscard]] Status flush();

    SslPtr ssl_;
    mutable TlsBelow below_;
    pid_t owner_;
    TlsFacts facts_;
    std::vector<std::string> verify_errors_;
    long first_error_ = 0;
    bool require_crl_ = false;
    bool broken_ = false;  // no orderly end is possible any more
};

}  // namespace sm
