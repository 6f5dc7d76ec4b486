#include "libnet/tls_keys.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "libnet/dn_text.h"
#include "libsm/core_dump.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr std::size_t kMaxPem = 4U << 20;

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

Error config_error(std::string text) {
    return make_error(Exit::kConfig, std::move(text));
}

Error failed(std::string_view what, const std::string& path) {
    return config_error(cat(what, "(", path, ") failed: ", openssl_reason()));
}

std::string subject_of(const TlsKeyPair& pair) {
    return printable(dn_one_line(X509_get_subject_name(pair.certificate.get())), 256);
}

// Keys are unencrypted by contract: an encrypted one is an error, not a question to a terminal.
extern "C" int no_passphrase(char*, int, int, void*) noexcept {
    return -1;
}

Result<std::string> read_pem(const std::string& path, KeyFileKind kind, const KeyFilePolicy& policy,
                             const FileOpener& open = {}) {
    if (Status safe = check_key_file(path, kind, policy); !safe.ok()) {
        return config_error(safe.error().text);
    }
    if (!open) return read_file(path, kMaxPem);
    SM_TRY(const UniqueFd fd, open(path));
    return read_all(fd.get(), kMaxPem);
}

BioPtr memory_bio(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Status check_strength(const EVP_PKEY* key, const std::string& cert_file,
                      const std::string& key_file) {
    const int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || bits >= kMinRsaBits) return {};
    return config_error(cat("RSA key of ", cert_file, " has ", bits, " bits, needed are ",
                            kMinRsaBits, ": make a new key (openssl genrsa -out ", key_file, " ",
                            kMinRsaBits, ") and a certificate for it"));
}

Status load_certificates(const std::string& path, const KeyFilePolicy& policy,
                         const FileOpener& open, TlsKeyPair* pair) {
    SM_TRY(const std::string pem, read_pem(path, KeyFileKind::kPublic, policy, open));
    const BioPtr bio = memory_bio(pem);
    ERR_clear_error();
    pair->certificate.reset(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
    if (pair->certificate == nullptr) return failed("SSL_CTX_use_certificate_file", path);
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
        pair->chain.emplace_back(next);
    }
    ERR_clear_error();  // "no start line" ends the list
    return {};
}

Result<TlsKeyPair> load_pair(const std::string& cert_file, const std::string& key_file,
                             const KeyFilePolicy& policy, const FileOpener& open) {
    TlsKeyPair pair;
    SM_CHECK_OK(load_certificates(cert_file, policy, open, &pair));
    SM_CHECK_OK(check_strength(X509_get0_pubkey(pair.certificate.get()), cert_file, key_file));
    SM_CHECK_OK(forbid_core_dump());
    SM_TRY(std::string pem, read_pem(key_file, KeyFileKind::kPrivate, policy, open));
    {
        const BioPtr bio = memory_bio(pem);
        pair.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    }
    OPENSSL_cleanse(pem.data(), pem.size());
    if (pair.key == nullptr) return failed("SSL_CTX_use_PrivateKey_file", key_file);
    if (X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1) {
        ERR_clear_error();
        return config_error(cat("SSL_CTX_check_private_key failed(", key_file,
                                "): it is not the key of ", cert_file));
    }
    return pair;
}

Status install(ssl_ctx_st* context, const TlsKeyPair& pair) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate(context, pair.certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, pair.key.get()) != 1) {
        return failed("SSL_CTX_use_certificate", subject_of(pair));
    }
    for (const X509Ptr& link : pair.chain) {
        if (SSL_CTX_add1_chain_cert(context, link.get()) != 1) {
            return failed("chain", subject_of(pair));
        }
    }
    return {};
}

Status install(ssl_st* ssl, const TlsKeyPair& pair) {
    ERR_clear_error();
    if (SSL_use_certificate(ssl, pair.certificate.get()) != 1 ||
        SSL_use_PrivateKey(ssl, pair.key.get()) != 1) {
        return failed("SSL_use_certificate", subject_of(pair));
    }
    for (const X509Ptr& link : pair.chain) {
        if (SSL_add1_chain_cert(ssl, link.get()) != 1) return failed("chain", subject_of(pair));
    }
    return {};
}

bool is_for(const TlsKeyPair& pair, const std::string& name) {
    return X509_check_host(pair.certificate.get(), name.data(), name.size(),
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

void stamp_file(const std::string& path, std::string* stamp) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) {
        // What this process may not look at is taken as unchanged.
        if (errno != EACCES || stamp->empty()) *stamp = "missing";
        return;
    }
    *stamp = cat(st.st_dev, " ", st.st_ino, " ", st.st_size, " ", st.st_mtim.tv_sec, " ",
                 st.st_mtim.tv_nsec, " ", st.st_ctim.tv_sec, " ", st.st_ctim.tv_nsec);
}

Status use_crls(X509_STORE* store, const TlsOptions& options) {
    unsigned long flags = 0;
    if (!options.crl_file.empty()) {
        if (Status safe = check_key_file(options.crl_file, KeyFileKind::kPublic, options.files);
            !safe.ok()) {
            return config_error(safe.error().text);
        }
        X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
        if (lookup == nullptr ||
            X509_load_crl_file(lookup, options.crl_file.c_str(), X509_FILETYPE_PEM) <= 0) {
            ERR_clear_error();
            return config_error(cat("PEM_read_bio_X509_CRL(", options.crl_file, ")=failed"));
        }
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    }
    if (!options.crl_path.empty()) {
        X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
        if (lookup == nullptr ||
            X509_LOOKUP_add_dir(lookup, options.crl_path.c_str(), X509_FILETYPE_PEM) != 1) {
            return failed("X509_LOOKUP_add_dir", options.crl_path);
        }
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    }
    if (flags != 0) X509_STORE_set_flags(store, flags);
    return {};
}

// The group of a DH file; nullptr with a reason in *why.
PkeyPtr read_dh_file(const TlsOptions& options, std::string* why) {
    const auto pem = read_pem(options.dh_parameters, KeyFileKind::kPublic, options.files);
    if (!pem.ok()) {
        *why = pem.error().text;
        return {};
    }
    const BioPtr bio = memory_bio(*pem);
    PkeyPtr group(PEM_read_bio_Parameters(bio.get(), nullptr));
    // "DH PARAMETERS", and "X9.42 DH PARAMETERS" as "openssl dhparam -dsaparam" writes them.
    const int kind = group == nullptr ? 0 : EVP_PKEY_get_base_id(group.get());
    if (kind != EVP_PKEY_DH && kind != EVP_PKEY_DHX) {
        *why = cat("cannot read DH parameters(", options.dh_parameters, "): ", openssl_reason());
        return {};
    }
    if (EVP_PKEY_get_bits(group.get()) < kMinRsaBits) {
        *why = cat("DH parameters(", options.dh_parameters, ") have ",
                   EVP_PKEY_get_bits(group.get()), " bits, needed are ", kMinRsaBits,
                   ": openssl dhparam -out ", options.dh_parameters, " 2048");
        return {};
    }
    return group;
}

}  // namespace

Result<std::vector<TlsKeyPair>> load_key_pairs(const TlsOptions& options,
                                               std::vector<std::string>* notes) {
    const std::vector<std::string> certs = split_file_pair(options.cert_files);
    const std::vector<std::string> keys = split_file_pair(options.key_files);
    const std::size_t count = std::min(certs.size(), keys.size());
    for (std::size_t i = count; i < std::max(certs.size(), keys.size()); ++i) {
        notes->push_back(
            i < certs.size()
                ? cat("error: certificate file ", certs[i], " has no key file, ignored")
                : cat("error: key file ", keys[i], " has no certificate file, ignored"));
    }
    std::vector<TlsKeyPair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        SM_TRY(TlsKeyPair pair, load_pair(certs[i], keys[i], options.files, options.open));
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

Status use_key_pairs(ssl_ctx_st* context, const std::vector<TlsKeyPair>& pairs) {
    std::set<int> kinds;
    for (const TlsKeyPair& pair : pairs) {
        if (!kinds.insert(EVP_PKEY_get_base_id(pair.key.get())).second) continue;
        SM_CHECK_OK(install(context, pair));
    }
    return {};
}

Status use_pairs_for_name(ssl_st* ssl, const std::vector<TlsKeyPair>& pairs,
                          const std::string& name) {
    if (pairs.size() < 2 || name.empty() || is_for(pairs.front(), name)) return {};
    bool cleared = false;
    std::set<int> kinds;
    for (const TlsKeyPair& pair : pairs) {
        if (!is_for(pair, name)) continue;
        if (!kinds.insert(EVP_PKEY_get_base_id(pair.key.get())).second) continue;
        if (!cleared) SSL_certs_clear(ssl);
        cleared = true;
        SM_CHECK_OK(install(ssl, pair));
    }
    ERR_clear_error();
    return {};
}

Status use_key_pair(ssl_st* ssl, const std::string& cert_file, const std::string& key_file,
                    const KeyFilePolicy& policy, const FileOpener& open) {
    SM_TRY(const TlsKeyPair pair, load_pair(cert_file, key_file, policy, open));
    SSL_certs_clear(ssl);
    return install(ssl, pair);
}

Status use_trust(ssl_ctx_st* context, const TlsOptions& options, bool is_server) {
    if (!options.ca_file.empty()) {
        if (Status safe = check_key_file(options.ca_file, KeyFileKind::kPublic, options.files);
            !safe.ok()) {
            return config_error(safe.error().text);
        }
        ERR_clear_error();
        if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
            return config_error(cat("load verify locs ", options.ca_path, ", ", options.ca_file,
                                    " failed: ", openssl_reason()));
        }
        if (is_server) {
            SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.ca_file.c_str()));
        }
    }
    if (!options.ca_path.empty() &&
        SSL_CTX_load_verify_dir(context, options.ca_path.c_str()) != 1) {
        return config_error(
            cat("load verify locs ", options.ca_path, " failed: ", openssl_reason()));
    }
    ERR_clear_error();
    return use_crls(SSL_CTX_get_cert_store(context), options);
}

void use_dh_parameters(ssl_ctx_st* context, const TlsOptions& options,
                       std::vector<std::string>* notes) {
    const std::string& value = options.dh_parameters;
    if (iequals(value, "none")) return;
    std::string shown = "I";
    if (!value.empty() && value.front() == '/') {
        std::string why;
        PkeyPtr group = read_dh_file(options, &why);
        if (group != nullptr) {
            const int bits = EVP_PKEY_get_bits(group.get());
            if (SSL_CTX_set0_tmp_dh_pkey(context, group.get()) == 1) {
                static_cast<void>(group.release());
                notes->push_back(cat("Diffie-Hellman init, key=", bits, " bit (/)"));
                return;
            }
            why = cat("cannot read or set DH parameters(", value, "): ", openssl_reason());
        }
        notes->push_back(cat("error: ", why));
    } else if (value == "5" || value == "1") {
        notes->push_back(cat("error: DHParameters=", value,
                             " is too weak, the built-in 2048 bit prime is used"));
    } else if (!value.empty() && value != "2" && !iequals(value, "i")) {
        notes->push_back(cat("error: illegal value '", value, "' for DHParameters"));
    } else if (!value.empty()) {
        shown = value;
    }
    SSL_CTX_set_dh_auto(context, 1);
    notes->push_back(cat("Diffie-Hellman init, key=2048 bit (", shown, ")"));
}

void FileWatch::add(const std::string& path) {
    if (path.empty()) return;
    entries_.push_back({path, {}});
    stamp_file(path, &entries_.back().stamp);
}

void FileWatch::add_all(const TlsOptions& options) {
    for (const std::string& path : split_file_pair(options.cert_files)) add(path);
    for (const std::string& path : split_file_pair(options.key_files)) add(path);
    add(options.ca_file);
    add(options.ca_path);
    add(options.crl_file);
    add(options.crl_path);
    if (options.dh_parameters.starts_with('/')) add(options.dh_parameters);
}

bool FileWatch::changed() const {
    for (const Entry& entry : entries_) {
        std::string now = entry.stamp;
        stamp_file(entry.path, &now);
        if (now != entry.stamp) return true;
    }
    return false;
}

}  // namespace sm
