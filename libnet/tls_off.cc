// The TLS layer of a build without STARTTLS.
#include "libnet/tls_context.h"

namespace sm {

Result<std::unique_ptr<TlsServerContext>> make_tls_server_context(const TlsOptions&,
                                                                  std::vector<std::string>*) {
    return make_error(Exit::kConfig, "STARTTLS: not compiled in");
}

Result<std::unique_ptr<TlsClientContext>> make_tls_client_context(const TlsOptions&,
                                                                  std::vector<std::string>*) {
    return make_error(Exit::kConfig, "STARTTLS: not compiled in");
}

std::vector<std::string> tls_library_versions() {
    return {};
}

bool known_digest_name(std::string_view) {
    return true;
}

std::vector<std::string> unknown_ssl_options(std::string_view) {
    return {};
}

}  // namespace sm
