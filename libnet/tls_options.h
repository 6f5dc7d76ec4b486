// TlsOptions: what the configuration says about TLS, as plain values; and the words of
// ServerSSLOptions and ClientSSLOptions. Source: operations guide 5.6 and 6.6.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/key_file.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// Opens a certificate or key for a process that may not do so itself; empty: open(2).
using FileOpener = std::function<Result<UniqueFd>(const std::string& path)>;

struct TlsOptions {
    std::string ca_file;        // CACertFile; "" none
    std::string ca_path;        // CACertPath
    std::string crl_file;       // CRLFile
    std::string crl_path;       // CRLPath
    std::string cert_files;     // "a" or "a,b"
    std::string key_files;      // as many as certificates
    std::string cipher_list;    // TLS 1.2; "" the library's
    std::string cipher_suites;  // TLS 1.3
    std::string groups;         // key exchange groups, "X25519:P-256"; "" the library's
    std::string ssl_options;    // words of SSL_OP_*, numbers, "-" clears
    std::string dh_parameters;  // server: 5 1 2 i none or a path; "" is i
    std::string engine;         // SSLEngine; "" none
    std::string engine_path;    // directory of its library; "" inside OpenSSL
    bool need_cert = true;      // without it there is no context; server: false with TLSSrvOptions=C
    KeyFilePolicy files;
    FileOpener open{};
};

struct SslOptionChange {
    std::uint64_t set = 0;
    std::uint64_t clear = 0;
    std::vector<std::string> unknown;  // words that the library does not have
};

// Words separated by blanks or commas, applied left to right: "SSL_OP_NO_TICKET -0x10".
[[nodiscard]] SslOptionChange parse_ssl_options(std::string_view text);

// The names in "a,b".
[[nodiscard]] std::vector<std::string> split_file_pair(std::string_view files);

}  // namespace sm
