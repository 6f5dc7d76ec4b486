#include "libnet/tls_context.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "libnet/dn_text.h"
#include "libnet/openssl_handles.h"
#include "libnet/tls_engine.h"
#include "libnet/tls_keys.h"
#include "libnet/tls_layer.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr long kTicketSeconds = 3600;
constexpr std::uint64_t kOldVersions = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1;
constexpr std::uint64_t kAlways =
    SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION;

// Only whom ServerSSLOptions=-SSL_OP_NO_TLSv1 says so gets TLS below 1.2.
int lowest_version(std::uint64_t options) {
    if ((options & SSL_OP_NO_TLSv1) == 0) return TLS1_VERSION;
    return (options & SSL_OP_NO_TLSv1_1) == 0 ? TLS1_1_VERSION : TLS1_2_VERSION;
}

struct Role {
    std::string_view name;  // "server", "client"
    std::vector<std::string>* notes;

    void error(std::string_view text) const {
        notes->push_back(cat("STARTTLS=", name, ", error: ", text));
    }
    void info(std::string_view text) const { notes->push_back(cat("STARTTLS=", name, ", ", text)); }
    [[nodiscard]] std::string line(const Error& error) const {
        const bool file = error.text.starts_with("file ");
        return cat("STARTTLS=", name, file ? ": " : ", error: ", error.text);
    }
};

// Without the engine that the configuration names there is no TLS.
Status use_engine(const TlsOptions& options, const Role& role) {
    if (options.engine.empty()) return {};
    Status used = use_tls_engine(options.engine, options.engine_path);
    if (!used.ok()) return make_error(Exit::kConfig, role.line(used.error()));
    role.info(cat("engine=", options.engine));
    return {};
}

void use_ciphers(SSL_CTX* context, const TlsOptions& options, const Role& role) {
    ERR_clear_error();
    if (!options.cipher_list.empty() &&
        SSL_CTX_set_cipher_list(context, options.cipher_list.c_str()) != 1) {
        role.error(cat("SSL_CTX_set_cipher_list(", options.cipher_list, ") failed, list ignored"));
    }
    if (!options.cipher_suites.empty() &&
        SSL_CTX_set_ciphersuites(context, options.cipher_suites.c_str()) != 1) {
        role.error(
            cat("SSL_CTX_set_ciphersuites(", options.cipher_suites, ") failed, suites ignored"));
    }
    if (!options.groups.empty() && SSL_CTX_set1_groups_list(context, options.groups.c_str()) != 1) {
        role.error(cat("SSL_CTX_set1_groups_list(", options.groups, ") failed, list ignored"));
    }
    ERR_clear_error();
}

void use_options(SSL_CTX* context, const TlsOptions& options, std::uint64_t defaults,
                 const Role& role) {
    const SslOptionChange change = parse_ssl_options(options.ssl_options);
    for (const std::string& word : change.unknown) role.error(cat(word, " is no SSL option"));
    const std::uint64_t wanted = ((defaults | change.set) & ~change.clear) | kAlways;
    SSL_CTX_set_options(context, wanted);
    SSL_CTX_clear_options(context, ~wanted & (kOldVersions | SSL_OP_ALL | change.clear));
    SSL_CTX_set_min_proto_version(context, lowest_version(wanted));
}

void use_modes(SSL_CTX* context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, kTicketSeconds);
    SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
}

// A session with a client certificate is never resumed: {verify} and the names in it always come
// from a check made in this connection.
extern "C" SSL_TICKET_RETURN sm_open_ticket(SSL*, SSL_SESSION* session, const unsigned char*,
                                            std::size_t, SSL_TICKET_STATUS status, void*) noexcept {
    const bool opened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
    if (!opened || SSL_SESSION_get0_peer(session) != nullptr) {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    }
    return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

// A client that names protocols and not SMTP among them means somebody else (RFC 7301; ALPACA).
extern "C" int sm_choose_protocol(SSL*, const unsigned char** out, unsigned char* size,
                                  const unsigned char* in, unsigned in_size, void*) noexcept {
    constexpr std::string_view kSmtp = "smtp";
    for (unsigned at = 0; at < in_size;) {
        const unsigned length = in[at];
        if (at + 1 + length > in_size) break;
        if (length == kSmtp.size() && std::memcmp(in + at + 1, kSmtp.data(), length) == 0) {
            *out = in + at + 1;
            *size = in[at];
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1 + length;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The name that the client asks for (RFC 6066 section 3), in lower case; "" none, or no host name.
std::string asked_name(SSL* ssl) {
    constexpr std::size_t kHeader = 5;  // length of the list, kind, length of the name
    constexpr std::size_t kMaxName = 255;
    const unsigned char* data = nullptr;
    std::size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) != 1) return {};
    if (size < kHeader || data[2] != TLSEXT_NAMETYPE_host_name) return {};
    const std::size_t length = static_cast<std::size_t>(data[3]) << 8U | data[4];
    if (length > kMaxName || kHeader + length > size) return {};
    std::string name = lower({reinterpret_cast<const char*>(data) + kHeader, length});
    const bool good = std::all_of(name.begin(), name.end(), [](char c) {
        return is_alnum(c) || c == '-' || c == '.' || c == '_';
    });
    return good ? name : std::string();
}

// Tickets of another listener, another name or of other demands are not accepted.
void set_ticket_scope(SSL* ssl, const TlsServerSession& session, std::string_view name) {
    const std::string scope =
        cat(session.listener, "\n", name, "\n", session.request_cert ? "V" : "v",
            session.features.require_crl ? "R" : "r", "\n", session.features.ssl_options, "\n",
            session.features.cipher_list, "\n", session.features.cipher_suites, "\n",
            session.features.cert_file);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(scope.data(), scope.size(), digest.data(), &size, EVP_sha256(), nullptr);
    SSL_set_session_id_context(ssl, digest.data(), std::min(size, 32U));
}

Status apply_features(SSL* ssl, const TlsSessionFeatures& features, const KeyFilePolicy& policy) {
    const SslOptionChange change = parse_ssl_options(features.ssl_options);
    if (!change.unknown.empty()) {
        return make_error(Exit::kConfig, cat("invalid_value=", change.unknown.front()));
    }
    SSL_set_options(ssl, change.set);
    SSL_clear_options(ssl, change.clear & ~kAlways);
    if ((change.clear & kOldVersions) != 0) {
        SSL_set_min_proto_version(ssl, lowest_version(SSL_get_options(ssl)));
    }
    ERR_clear_error();
    if (!features.cipher_list.empty() &&
        SSL_set_cipher_list(ssl, features.cipher_list.c_str()) != 1) {
        return make_error(Exit::kConfig,
                          cat("SSL_set_cipher_list(", features.cipher_list, ") failed"));
    }
    if (!features.cipher_suites.empty() &&
        SSL_set_ciphersuites(ssl, features.cipher_suites.c_str()) != 1) {
        return make_error(Exit::kConfig,
                          cat("SSL_set_ciphersuites(", features.cipher_suites, ") failed"));
    }
    if (features.cert_file.empty()) return {};
    return use_key_pair(ssl, features.cert_file, features.key_file, policy, features.open);
}

extern "C" int sm_client_hello(SSL* ssl, int* alert, void* argument) noexcept;

class ServerContext final : public TlsServerContext {
  public:
    ServerContext(SslCtxPtr context, std::vector<TlsKeyPair> pairs, const TlsOptions& options)
        : context_(std::move(context)), pairs_(std::move(pairs)), policy_(options.files) {
        watch_.add_all(options);
        SSL_CTX_set_client_hello_cb(context_.get(), sm_client_hello, this);
    }
    ServerContext(const ServerContext&) = delete;
    ServerContext& operator=(const ServerContext&) = delete;
    ~ServerContext() override = default;

    // Before anything of the handshake is decided: what the name asked for changes.
    [[nodiscard]] Status begin(SSL* ssl) const {
        const auto* session = static_cast<const TlsServerSession*>(SSL_get_app_data(ssl));
        const std::string name = asked_name(ssl);
        set_ticket_scope(ssl, *session, name);
        if (!session->features.cert_file.empty()) return {};
        return use_pairs_for_name(ssl, pairs_, name);
    }

    [[nodiscard]] Result<std::unique_ptr<TlsStream>> accept(ByteStream& below,
                                                            const TlsServerSession& session,
                                                            Deadline deadline) const override {
        SslPtr ssl(SSL_new(context_.get()));
        if (ssl == nullptr) return make_error(Exit::kTempFail, "SSL_new failed");
        SM_CHECK_OK(apply_features(ssl.get(), session.features, policy_));
        SSL_set_app_data(ssl.get(), const_cast<TlsServerSession*>(&session));
        auto layer = std::make_unique<TlsLayer>(std::move(ssl), below);
        layer->set_verify(session.request_cert, session.features.require_crl);
        SM_CHECK_OK(layer->handshake(true, deadline));
        SSL_set_app_data(layer->ssl(), nullptr);
        TlsFactsWanted wanted;
        wanted.asked_for_cert = session.request_cert;
        wanted.fingerprint = session.fingerprint;
        wanted.verify_error = layer->first_verify_error();
        layer->set_facts(collect_tls_facts(layer->ssl(), wanted));
        return std::unique_ptr<TlsStream>(std::move(layer));
    }

    [[nodiscard]] Status check(const TlsServerSession& session) const override {
        const SslPtr ssl(SSL_new(context_.get()));
        if (ssl == nullptr) return make_error(Exit::kTempFail, "SSL_new failed");
        return apply_features(ssl.get(), session.features, policy_);
    }

    [[nodiscard]] bool outdated() const override { return watch_.changed(); }

  private:
    SslCtxPtr context_;
    std::vector<TlsKeyPair> pairs_;
    KeyFilePolicy policy_;
    FileWatch watch_;
};

extern "C" int sm_client_hello(SSL* ssl, int* alert, void* argument) noexcept {
    try {
        if (static_cast<const ServerContext*>(argument)->begin(ssl).ok()) {
            return SSL_CLIENT_HELLO_SUCCESS;
        }
    } catch (...) {
        ERR_clear_error();
    }
    *alert = SSL_AD_INTERNAL_ERROR;
    return SSL_CLIENT_HELLO_ERROR;
}

Status use_tlsa(SSL* ssl, const TlsClientSession& session, bool* usable) {
    const auto for_smtp = [](const TlsaRecord& record) {
        return record.usage == 2 || record.usage == 3;  // RFC 7672 section 3.1.3
    };
    if (std::none_of(session.tlsa.begin(), session.tlsa.end(), for_smtp)) return {};
    const std::string base =
        session.dane_names.empty() ? session.server_name : session.dane_names.front();
    if (SSL_dane_enable(ssl, base.c_str()) != 1) {
        return make_error(Exit::kSoftware, cat("SSL_dane_enable failed: ", openssl_reason()));
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // Usage 3 says nothing about names (RFC 7672 section 3.1.1).
    SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    for (std::size_t i = 1; i < session.dane_names.size(); ++i) {
        SSL_add1_host(ssl, session.dane_names[i].c_str());
    }
    for (const TlsaRecord& record : session.tlsa) {
        const auto* data = reinterpret_cast<const unsigned char*>(record.data.data());
        if (for_smtp(record) && SSL_dane_tlsa_add(ssl, record.usage, record.selector,
                                                  record.matching, data, record.data.size()) > 0) {
            *usable = true;
        }
    }
    ERR_clear_error();
    return {};
}

void ask_for_name(SSL* ssl, std::string name) {
    if (name.empty()) return;
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

class ClientContext final : public TlsClientContext {
  public:
    ClientContext(SslCtxPtr context, const TlsOptions& options)
        : context_(std::move(context)), options_(options) {
        watch_.add_all(options);
    }

    [[nodiscard]] Result<std::unique_ptr<TlsStream>> connect(ByteStream& below,
                                                             const TlsClientSession& session,
                                                             Deadline deadline) const override {
        load_trust();
        SslPtr ssl(SSL_new(context_.get()));
        if (ssl == nullptr) return make_error(Exit::kTempFail, "SSL_new failed");
        SM_CHECK_OK(apply_features(ssl.get(), session.features, options_.files));
        bool dane = false;
        SM_CHECK_OK(use_tlsa(ssl.get(), session, &dane));
        ask_for_name(ssl.get(), session.server_name);
        auto layer = std::make_unique<TlsLayer>(std::move(ssl), below);
        layer->set_verify(true, session.features.require_crl);
        SM_CHECK_OK(layer->handshake(false, deadline));
        TlsFactsWanted wanted;
        wanted.dane = dane;
        wanted.fingerprint = session.fingerprint;
        wanted.verify_error = layer->first_verify_error();
        TlsFacts facts = collect_tls_facts(layer->ssl(), wanted);
        facts.trust_error = std::exchange(trust_error_, {});
        layer->set_facts(std::move(facts));
        return std::unique_ptr<TlsStream>(std::move(layer));
    }

    [[nodiscard]] bool outdated() const override { return watch_.changed(); }

  private:
    // The authorities are loaded for the first server that speaks TLS: a bundle of them costs more
    // than all the rest of a queue run. Everybody may read them; the key was loaded by root. When
    // they, or the list of what they revoked, cannot be had, nobody is verified.
    void load_trust() const {
        if (trust_loaded_) return;
        trust_loaded_ = true;
        const Status trust = use_trust(context_.get(), options_, false);
        if (trust.ok()) return;
        SSL_CTX_set_cert_store(context_.get(), X509_STORE_new());
        trust_error_ = Role{"client", nullptr}.line(trust.error());
    }

    SslCtxPtr context_;
    TlsOptions options_;
    FileWatch watch_;
    mutable bool trust_loaded_ = false;
    mutable std::string trust_error_;
};

}  // namespace

Result<std::unique_ptr<TlsServerContext>> make_tls_server_context(const TlsOptions& options,
                                                                  std::vector<std::string>* notes) {
    const Role role{"server", notes};
    if (options.need_cert && options.cert_files.empty()) {
        return make_error(Exit::kConfig, "STARTTLS: ServerCertFile missing");
    }
    if (options.need_cert && options.key_files.empty()) {
        return make_error(Exit::kConfig, "STARTTLS: ServerKeyFile missing");
    }
    SM_CHECK_OK(use_engine(options, role));
    SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
    if (context == nullptr) {
        return make_error(Exit::kConfig,
                          role.line(make_error(Exit::kConfig, "SSL_CTX_new failed")));
    }
    use_modes(context.get());
    use_options(context.get(), options,
                (SSL_OP_ALL | kOldVersions) & ~static_cast<std::uint64_t>(SSL_OP_TLSEXT_PADDING),
                role);
    use_ciphers(context.get(), options, role);
    std::vector<std::string> lines;
    auto pairs = load_key_pairs(options, &lines);
    for (const std::string& line : lines) role.info(line);
    const Status keys = pairs.ok() ? use_key_pairs(context.get(), *pairs) : pairs.error();
    if (!keys.ok()) return make_error(Exit::kConfig, role.line(keys.error()));
    if (Status trust = use_trust(context.get(), options, true); !trust.ok()) {
        return make_error(Exit::kConfig, role.line(trust.error()));
    }
    lines.clear();
    use_dh_parameters(context.get(), options, &lines);
    for (const std::string& line : lines) role.info(line);
    SSL_CTX_set_num_tickets(context.get(), 1);
    SSL_CTX_set_session_ticket_cb(context.get(), nullptr, sm_open_ticket, nullptr);
    SSL_CTX_set_alpn_select_cb(context.get(), sm_choose_protocol, nullptr);
    role.info("init=1");
    return std::unique_ptr<TlsServerContext>(
        std::make_unique<ServerContext>(std::move(context), std::move(pairs).value(), options));
}

Result<std::unique_ptr<TlsClientContext>> make_tls_client_context(const TlsOptions& options,
                                                                  std::vector<std::string>* notes) {
    const Role role{"client", notes};
    SM_CHECK_OK(use_engine(options, role));
    SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    if (context == nullptr) {
        return make_error(Exit::kConfig,
                          role.line(make_error(Exit::kConfig, "SSL_CTX_new failed")));
    }
    use_modes(context.get());
    use_options(context.get(), options,
                (SSL_OP_ALL | SSL_OP_NO_TICKET | kOldVersions) &
                    ~static_cast<std::uint64_t>(SSL_OP_TLSEXT_PADDING),
                role);
    use_ciphers(context.get(), options, role);
    // Without its certificate a client still encrypts.
    std::vector<std::string> lines;
    const auto pairs = load_key_pairs(options, &lines);
    for (const std::string& line : lines) role.info(line);
    const Status keys = pairs.ok() ? use_key_pairs(context.get(), *pairs) : pairs.error();
    if (!keys.ok()) {
        if (options.need_cert) return make_error(Exit::kConfig, role.line(keys.error()));
        notes->push_back(role.line(keys.error()));
    }
    if (SSL_CTX_dane_enable(context.get()) != 1) ERR_clear_error();
    role.info("init=1");
    return std::unique_ptr<TlsClientContext>(
        std::make_unique<ClientContext>(std::move(context), options));
}

std::vector<std::string> tls_library_versions() {
    const auto shown = [](unsigned long number) {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        std::string out = "0x";
        for (int shift = 28; shift >= 0; shift -= 4) {
            out += kDigits[number >> static_cast<unsigned>(shift) & 15U];
        }
        return out;
    };
    return {cat("compiled ", shown(OPENSSL_VERSION_NUMBER)),
            cat("linked   ", shown(OpenSSL_version_num()))};
}

bool known_digest_name(std::string_view name) {
    return known_digest(name);
}

std::vector<std::string> unknown_ssl_options(std::string_view text) {
    return parse_ssl_options(text).unknown;
}

}  // namespace sm
