// SecurityParts: what the modes that serve SMTP prepare for TLS and AUTH while they still have
// root's rights: the server's TLS context and the SASL library with its plug-ins.
#pragma once

#include <memory>

#include "libcf/config.h"
#include "libnet/tls_context.h"
#include "sendmail/privileged/privileged.h"

namespace sm {

class SecurityParts {
  public:
    // Nothing is prepared when neither a certificate nor a mechanism is configured.
    explicit SecurityParts(const Config& config);

    // Passwords are checked through `privileged` by processes that are not root any more.
    void use_helper(Privileged& privileged);

    // Before each session is forked: a renewed certificate is taken into use.
    void refresh();

    // nullptr: STARTTLS is not configured.
    [[nodiscard]] const TlsServerSlot* tls() const { return slot_.get(); }

  private:
    const Config& config_;
    std::unique_ptr<TlsServerSlot> slot_;
};

}  // namespace sm
