// Owners of OpenSSL objects, and its error queue as text. For the .cc files of the TLS layer.
#pragma once

#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;
struct x509_st;
struct evp_pkey_st;

namespace sm {

struct OpensslDelete {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* ssl) const;
    void operator()(x509_st* certificate) const;
    void operator()(evp_pkey_st* key) const;
};

using SslCtxPtr = std::unique_ptr<ssl_ctx_st, OpensslDelete>;
using SslPtr = std::unique_ptr<ssl_st, OpensslDelete>;
using X509Ptr = std::unique_ptr<x509_st, OpensslDelete>;
using PkeyPtr = std::unique_ptr<evp_pkey_st, OpensslDelete>;

// The reason of the oldest queued error, "" when there is none; the queue is emptied.
[[nodiscard]] std::string openssl_reason();

}  // namespace sm
