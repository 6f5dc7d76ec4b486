// TlsFacts: what a TLS handshake proved, as plain values; the source of {verify}, {cipher},
// {cert_subject} and the STARTTLS= log lines.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ssl_st;

namespace sm {

// All text of certificates is encoded already (cert_encode): fit for macros, maps and logs.
struct TlsFacts {
    std::string version;      // {tls_version}: "TLSv1.3"
    std::string cipher;       // {cipher}
    int bits = 0;             // {cipher_bits}: effective
    int alg_bits = 0;         // {alg_bits}
    std::string verify;       // OK NO NOT FAIL; TRUSTED DANE_FAIL when DANE decided
    std::string verify_text;  // verifymsg= of the log: "ok"
    std::string cert_subject;
    std::string cert_issuer;
    std::string cn_subject;
    std::string cn_issuer;
    std::string fingerprint;             // {cert_md5}, or {cert_fp} when the option is set
    std::vector<std::string> alt_names;  // DNS names, lower case
    std::string server_name;             // SNI that the client asked for; "" none
    bool resumed = false;
    // Why nobody can be verified: the line about a CA or CRL file; told once.
    std::string trust_error;
    // Errors met while the chain was checked: "depth=0 /CN=x, state=0, reason=...".
    std::vector<std::string> verify_errors;
    // Names that could not be used: {"cn_subject", "CN contains NUL"}.
    std::vector<std::pair<std::string, std::string>> bad_fields;
};

struct TlsFactsWanted {
    bool asked_for_cert = true;
    bool dane = false;                     // usable TLSA records decide
    std::string_view fingerprint = "md5";  // a digest that known_digest() has
    long verify_error = 0;                 // the first X509_V_ERR_* met while the chain was checked
};

// Reads a finished handshake.
[[nodiscard]] TlsFacts collect_tls_facts(ssl_st* ssl, const TlsFactsWanted& wanted);

}  // namespace sm
