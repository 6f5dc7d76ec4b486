#include "libcf/security_setup.h"

#include <array>

#include "libcf/class_table.h"
#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::array<std::string_view, 10> kTlsMacros = {
    "tls_version", "cipher",     "cipher_bits", "alg_bits", "cert_subject",
    "cert_issuer", "cn_subject", "cn_issuer",   "cert_md5", "cert_fp"};

std::string value_of(const Config& config, const std::string& option) {
    return expand_macros(option, config.macros);
}

KeyFilePolicy file_policy(const Config& config) {
    const BlameSet& blame = config.options.dont_blame_sendmail;
    KeyFilePolicy policy;
    policy.group_readable_key = blame.has("GroupReadableKeyFile");
    policy.any_cert_owner = blame.has("CertOwner");
    policy.trust_sticky_bit = blame.has("TrustStickyBit");
    policy.group_writable_directory = blame.has("GroupWritableDirPathSafe");
    if (config.options.trusted_user_ids) {
        policy.trusted_owners.push_back(config.options.trusted_user_ids->uid);
    }
    if (config.options.run_as_user_ids) {
        policy.trusted_owners.push_back(config.options.run_as_user_ids->uid);
    }
    return policy;
}

TlsOptions common_options(const Config& config) {
    const Options& options = config.options;
    TlsOptions out;
    out.ca_file = value_of(config, options.ca_cert_file);
    out.ca_path = value_of(config, options.ca_cert_path);
    out.crl_file = value_of(config, options.crl_file);
    out.crl_path = value_of(config, options.crl_path);
    out.cipher_list = value_of(config, options.cipher_list);
    out.cipher_suites = value_of(config, options.cipher_suites);
    out.groups = value_of(config, options.tls_groups);
    out.engine = value_of(config, options.ssl_engine);
    out.engine_path = value_of(config, options.ssl_engine_path);
    out.files = file_policy(config);
    return out;
}

std::string environment_value(const Config& config, std::string_view name) {
    std::string out;
    for (const std::string& entry : config.environment) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos && entry.substr(0, equals) == name) {
            out = entry.substr(equals + 1);
        }
    }
    return out;
}

void set_or_hide(std::string_view name, std::string_view value, MacroScope* macros) {
    if (value.empty()) {
        macros->hide(name);
    } else {
        macros->set(name, value);
    }
}

}  // namespace

TlsOptions server_tls_options(const Config& config) {
    TlsOptions out = common_options(config);
    const Options& options = config.options;
    out.cert_files = value_of(config, options.server_cert_file);
    out.key_files = value_of(config, options.server_key_file);
    out.ssl_options = value_of(config, options.server_ssl_options);
    out.dh_parameters = value_of(config, options.dh_parameters);
    out.need_cert = options.tls_srv_options.find('C') == std::string::npos;
    return out;
}

TlsOptions client_tls_options(const Config& config) {
    TlsOptions out = common_options(config);
    out.cert_files = value_of(config, config.options.client_cert_file);
    out.key_files = value_of(config, config.options.client_key_file);
    out.ssl_options = value_of(config, config.options.client_ssl_options);
    out.need_cert = false;
    return out;
}

std::vector<std::string> client_key_files(const Config& config) {
    std::vector<std::string> out =
        split_file_pair(value_of(config, config.options.client_cert_file));
    for (std::string& key : split_file_pair(value_of(config, config.options.client_key_file))) {
        out.push_back(std::move(key));
    }
    return out;
}

bool is_beside_key_files(const Config& config, std::string_view path) {
    const auto directory = [](std::string_view file) { return file.substr(0, file.rfind('/') + 1); };
    if (!path.starts_with('/') || path.ends_with("/..") || directory(path).size() == path.size()) {
        return false;
    }
    const Options& options = config.options;
    for (const std::string* files : {&options.server_cert_file, &options.server_key_file,
                                     &options.client_cert_file, &options.client_key_file}) {
        for (const std::string& file : split_file_pair(value_of(config, *files))) {
            if (directory(file) == directory(path)) return true;
        }
    }
    return false;
}

Result<std::string> fingerprint_algorithm(const Config& config) {
    const std::string name = value_of(config, config.options.cert_fingerprint_algorithm);
    if (name.empty()) return std::string("md5");
    if (known_digest_name(name)) return name;
    return make_error(Exit::kConfig,
                      cat("STARTTLS=init, CertFingerprintAlgorithm=", name, ", status=invalid"));
}

SaslPaths sasl_paths(const Config& config) {
    return {environment_value(config, "SASL_CONF_PATH"), environment_value(config, "SASL_PATH")};
}

std::string auth_realm(const Config& config) {
    const std::string realm = value_of(config, config.options.auth_realm);
    return realm.empty() ? std::string(config.macros.get("j")) : realm;
}

void set_verify_macro(std::string_view word, MacroScope* macros) {
    for (const std::string_view name : kTlsMacros) macros->hide(name);
    macros->hide("tls_sni");
    macros->set("verify", word);
}

void set_tls_macros(const TlsFacts& facts, const Config& config, MacroScope* macros) {
    macros->set("verify", facts.verify);
    macros->set("tls_version", facts.version);
    macros->set("cipher", facts.cipher);
    macros->set("cipher_bits", cat(facts.bits));
    macros->set("alg_bits", cat(facts.alg_bits));
    set_or_hide("cert_subject", facts.cert_subject, macros);
    set_or_hide("cert_issuer", facts.cert_issuer, macros);
    set_or_hide("cn_subject", facts.cn_subject, macros);
    set_or_hide("cn_issuer", facts.cn_issuer, macros);
    const bool chosen = !config.options.cert_fingerprint_algorithm.empty();
    set_or_hide("cert_md5", chosen ? "" : facts.fingerprint, macros);
    set_or_hide("cert_fp", chosen ? facts.fingerprint : "", macros);
    set_or_hide("tls_sni", facts.server_name, macros);
    if (config.options.set_cert_altnames) config.classes().set_cert_altnames(facts.alt_names);
}

std::string auth_encode(std::string_view name) {
    std::string out;
    for (const char c : name) {
        out += c == '=' ? std::string("+3D") : cert_encode(std::string_view(&c, 1));
    }
    return out;
}

void set_auth_macros(const AuthFacts& facts, MacroScope* macros) {
    macros->set("auth_type", facts.mechanism);
    macros->set("auth_authen", auth_encode(facts.authen));
    macros->set("auth_ssf", cat(facts.ssf));
}

void clear_auth_macros(MacroScope* macros) {
    for (const std::string_view name : {"auth_type", "auth_authen", "auth_author", "auth_ssf"}) {
        macros->hide(name);
    }
}

}  // namespace sm
