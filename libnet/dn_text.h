// Text out of certificates: distinguished names, common names, alternative names, fingerprints.
// Raw text as the certificate has it; tls_facts encodes it for macros.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct x509_st;
struct X509_name_st;

namespace sm {

// A common name, or why there is none that can be trusted.
struct CommonName {
    std::string text;    // the name, or BadCertificateContainsNUL and the like
    std::string status;  // "" or the words for the log: "CN contains NUL"
};

// "/C=US/O=Foo Enterprises/CN=x": the one-line form of OpenSSL. A name of more than 2,048
// characters gives "BadCertificateTooLong": cutting it could make two names equal.
[[nodiscard]] std::string dn_one_line(const X509_name_st* name);

// The first CN. Source: operations guide 5.2, {cn_issuer}.
[[nodiscard]] CommonName dn_common_name(const X509_name_st* name);

// The DNS names of subjectAltName; those with other characters than host names have are left
// out and counted in `*rejected`.
[[nodiscard]] std::vector<std::string> dns_alt_names(const x509_st* certificate,
                                                     std::size_t* rejected);

// "33:BD:CE:...": digest by OpenSSL's name of it. "" when there is no such algorithm.
[[nodiscard]] std::string certificate_fingerprint(const x509_st* certificate,
                                                  std::string_view algorithm);

// True when OpenSSL knows that digest.
[[nodiscard]] bool known_digest(std::string_view algorithm);

}  // namespace sm
