// For an OpenSSL without engines.
#include "libnet/tls_engine.h"

#include "libsm/strings.h"

namespace sm {

Status use_tls_engine(const std::string& name, const std::string&) {
    return make_error(Exit::kConfig,
                      cat("SSLEngine=", name, ": this OpenSSL has no engines: remove the option"));
}

}  // namespace sm
