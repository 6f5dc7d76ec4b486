// ClientTls: the TLS context of the client side. The daemon prepares it while it is root (the
// client's key is root's); a process that delivers by itself makes it when a server offers
// STARTTLS for the first time, because loading the certification authorities takes long.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcf/config.h"
#include "libnet/tls_context.h"

namespace sm {

class ClientTls {
  public:
    // config outlives the object.
    explicit ClientTls(const Config& config) : config_(config) {}

    // Makes the context now, without a word in the log.
    void prepare();
    // nullptr: TLS cannot be used; why is logged once. At most once a second looks whether the
    // files have changed: a renewed certificate is taken into use, the old one stays while the new
    // cannot be used.
    [[nodiscard]] const TlsClientContext* get();
    // The digest for {cert_md5} or {cert_fp}.
    [[nodiscard]] const std::string& fingerprint();

  private:
    void refresh();

    const Config& config_;
    std::unique_ptr<TlsClientContext> context_;
    std::string fingerprint_;
    std::vector<std::string> notes_;  // not logged yet
    bool tried_ = false;
    std::int64_t checked_ = 0;  // seconds on the monotonic clock
    std::string last_error_{};
};

}  // namespace sm
