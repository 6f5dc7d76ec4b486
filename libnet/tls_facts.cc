#include "libnet/tls_facts.h"

#include <openssl/ssl.h>

#include <memory>

#include "libnet/dn_text.h"
#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string name_field(std::string_view field, const X509_NAME* name, TlsFacts* facts) {
    CommonName cn = dn_common_name(name);
    if (!cn.status.empty()) facts->bad_fields.emplace_back(field, std::move(cn.status));
    return cert_encode(cn.text);
}

void read_certificate(const X509* certificate, const TlsFactsWanted& wanted, TlsFacts* facts) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const X509_NAME* issuer = X509_get_issuer_name(certificate);
    facts->cert_subject = cert_encode(dn_one_line(subject));
    facts->cert_issuer = cert_encode(dn_one_line(issuer));
    facts->cn_subject = name_field("cn_subject", subject, facts);
    facts->cn_issuer = name_field("cn_issuer", issuer, facts);
    facts->fingerprint = certificate_fingerprint(certificate, wanted.fingerprint);
    std::size_t rejected = 0;
    facts->alt_names = dns_alt_names(certificate, &rejected);
    if (rejected != 0) facts->bad_fields.emplace_back("AltName", "value contains non IA5");
}

long verify_result(SSL* ssl, const TlsFactsWanted& wanted) {
    return wanted.verify_error != X509_V_OK ? wanted.verify_error : SSL_get_verify_result(ssl);
}

std::string verify_word(SSL* ssl, bool has_certificate, const TlsFactsWanted& wanted) {
    const bool good = verify_result(ssl, wanted) == X509_V_OK;
    if (wanted.dane) {
        return good && SSL_get0_dane_authority(ssl, nullptr, nullptr) >= 0 ? "TRUSTED"
                                                                           : "DANE_FAIL";
    }
    if (!has_certificate) return wanted.asked_for_cert ? "NO" : "NOT";
    return good ? "OK" : "FAIL";
}

}  // namespace

TlsFacts collect_tls_facts(ssl_st* ssl, const TlsFactsWanted& wanted) {
    TlsFacts facts;
    facts.version = SSL_get_version(ssl);
    if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
        facts.cipher = SSL_CIPHER_get_name(cipher);
        facts.bits = SSL_CIPHER_get_bits(cipher, &facts.alg_bits);
    }
    const Certificate certificate(SSL_get1_peer_certificate(ssl), &X509_free);
    if (certificate != nullptr) read_certificate(certificate.get(), wanted, &facts);
    facts.verify = verify_word(ssl, certificate != nullptr, wanted);
    facts.verify_text = X509_verify_cert_error_string(verify_result(ssl, wanted));
    facts.resumed = SSL_session_reused(ssl) == 1;
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) {
        facts.server_name = lower(cert_encode(name));
    }
    return facts;
}

}  // namespace sm
