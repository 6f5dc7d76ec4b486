#include "libnet/tls_features.h"

#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

struct Key {
    std::string_view name;
    std::string TlsSessionFeatures::*value;
};

constexpr std::array kKeys = {
    Key{"Options", &TlsSessionFeatures::ssl_options},
    Key{"CipherList", &TlsSessionFeatures::cipher_list},
    Key{"CipherSuites", &TlsSessionFeatures::cipher_suites},
    Key{"CertFile", &TlsSessionFeatures::cert_file},
    Key{"KeyFile", &TlsSessionFeatures::key_file},
};

void apply_flags(std::string_view letters, TlsFeatures* features) {
    for (const char c : letters) {
        if (c == 'R') features->session.require_crl = true;
        if (c == 'C') features->fallback_to_clear = true;
        if (c == 'c') features->fallback_to_clear = false;
        if (c == 'd') features->no_dane = true;
    }
}

// False: no such key.
bool apply(std::string_view key, std::string_view value, TlsFeatures* features) {
    if (iequals(key, "Flags")) {
        apply_flags(value, features);
        return true;
    }
    if (iequals(key, "ServerName")) {
        features->server_name = value;
        return true;
    }
    if (iequals(key, "sts")) {
        features->sts_secure = iequals(value, "secure");
        return true;
    }
    for (const Key& row : kKeys) {
        if (!iequals(key, row.name)) continue;
        features->session.*row.value = value;
        return true;
    }
    return false;
}

std::string_view unquoted(std::string_view text) {
    text = trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    return trim(text);
}

}  // namespace

TlsFeatures parse_tls_features(std::string_view text) {
    TlsFeatures features;
    for (const std::string_view item : split(unquoted(text), ';')) {
        const std::string_view pair = trim(item);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;  // not a list at all: nothing is changed
        const std::string_view key = trim(pair.substr(0, equals));
        const std::string_view value = unquoted(pair.substr(equals + 1));
        if (value.empty()) {
            features.error = cat("invalid_syntax, opt=", printable(key, 100));
            return features;
        }
        if (!apply(key, value, &features)) {
            features.error = cat("unknown_option, opt=", printable(key, 100));
            return features;
        }
    }
    if (features.session.cert_file.empty() != features.session.key_file.empty()) {
        features.error = "only_one_of_CertFile/KeyFile_specified";
        return features;
    }
    const auto unknown = unknown_ssl_options(features.session.ssl_options);
    if (!unknown.empty()) {
        features.error = cat(printable(unknown.front(), 100), ", error=SSL_OP not found");
    }
    return features;
}

}  // namespace sm
