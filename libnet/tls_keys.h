// Certificates, keys, CA and CRL files of a TLS context or of one connection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libnet/openssl_handles.h"
#include "libnet/tls_options.h"
#include "libsm/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace sm {

// Errors of all: kConfig, text without the "STARTTLS=server, error: " in front.

struct TlsKeyPair {
    X509Ptr certificate;
    std::vector<X509Ptr> chain;  // what stands behind it in the file
    PkeyPtr key;
};

// Every certificate of options.cert_files with its key. Lines about files that have no other half
// are appended to notes, without prefix.
[[nodiscard]] Result<std::vector<TlsKeyPair>> load_key_pairs(const TlsOptions& options,
                                                             std::vector<std::string>* notes);
// What is shown to whoever asks for no name, or for one that nobody has: of each kind of key (RSA,
// EC ...) the first.
[[nodiscard]] Status use_key_pairs(ssl_ctx_st* context, const std::vector<TlsKeyPair>& pairs);
// Shows the certificates that are good for that host name instead, if there are any.
[[nodiscard]] Status use_pairs_for_name(ssl_st* ssl, const std::vector<TlsKeyPair>& pairs,
                                        const std::string& name);

// One pair for one connection.
[[nodiscard]] Status use_key_pair(ssl_st* ssl, const std::string& cert_file,
                                  const std::string& key_file, const KeyFilePolicy& policy,
                                  const FileOpener& open);

// CACertFile, CACertPath, CRLFile, CRLPath. A missing CRL file is an error (a revoked
// certificate must not pass); a missing directory is not.
[[nodiscard]] Status use_trust(ssl_ctx_st* context, const TlsOptions& options, bool is_server);

// DHParameters. Lines for the log are appended to notes, without prefix.
void use_dh_parameters(ssl_ctx_st* context, const TlsOptions& options,
                       std::vector<std::string>* notes);

// Remembers what files looked like.
class FileWatch {
  public:
    void add(const std::string& path);
    void add_all(const TlsOptions& options);
    [[nodiscard]] bool changed() const;

  private:
    struct Entry {
        std::string path;
        std::string stamp;
    };
    std::vector<Entry> entries_;
};

}  // namespace sm
