#include "libnet/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace sm {

void OpensslDelete::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}
void OpensslDelete::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}
void OpensslDelete::operator()(x509_st* certificate) const {
    X509_free(certificate);
}
void OpensslDelete::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

std::string openssl_reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return {};
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "unknown error";
}

}  // namespace sm
