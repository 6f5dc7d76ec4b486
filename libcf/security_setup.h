// From the configuration to the TLS and SASL layers, and from what they proved to macros: the one
// place where option values become TlsOptions and facts become {verify}, {cert_issuer},
// {auth_type} and the like. Source: operations guide 5.2, 5.6, 6.6, 6.7.
#pragma once

#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libnet/auth_facts.h"
#include "libnet/sasl_server.h"
#include "libnet/tls_context.h"

namespace sm {

[[nodiscard]] TlsOptions server_tls_options(const Config& config);
[[nodiscard]] TlsOptions client_tls_options(const Config& config);
// Its certificates, then its keys.
[[nodiscard]] std::vector<std::string> client_key_files(const Config& config);

// True when the file lies in a directory of ServerCertFile, ServerKeyFile, ClientCertFile or
// ClientKeyFile: what rulesets (tls_srv_features, tls_clt_features) may name there is opened for
// processes without root's rights.
[[nodiscard]] bool is_beside_key_files(const Config& config, std::string_view path);

// The digest for {cert_md5} or {cert_fp}. An unknown one is an Error (kConfig) with the line for
// the log.
[[nodiscard]] Result<std::string> fingerprint_algorithm(const Config& config);

// SASL_CONF_PATH and SASL_PATH of the E lines.
[[nodiscard]] SaslPaths sasl_paths(const Config& config);

// AuthRealm, or $j.
[[nodiscard]] std::string auth_realm(const Config& config);

// {tls_version} {cipher} {cipher_bits} {alg_bits} {verify} {cert_*} {cn_*} {cert_md5} or
// {cert_fp}, {tls_sni}.
void set_tls_macros(const TlsFacts& facts, const Config& config, MacroScope* macros);
// Only {verify}: NONE, SOFTWARE, CLEAR, ...; the others are hidden.
void set_verify_macro(std::string_view word, MacroScope* macros);

// {auth_type} {auth_authen} {auth_ssf}; {auth_author} is MAIL's.
void set_auth_macros(const AuthFacts& facts, MacroScope* macros);
void clear_auth_macros(MacroScope* macros);

// {auth_authen}, {auth_author}: as cert_encode, and "=" too, which xtext does not allow.
[[nodiscard]] std::string auth_encode(std::string_view name);

}  // namespace sm
