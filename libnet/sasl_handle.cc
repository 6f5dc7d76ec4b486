#include "libnet/sasl_handle.h"

#include <sasl/sasl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// The largest piece of a security layer that we take at once (RFC 4954 has no limit).
constexpr unsigned kMaxLayerBuffer = 8192;

// What the library says when passwords are checked by a helper of ours.
constexpr const char* kExpected = "unknown password verifier(s) smhelper";

struct Letter {
    char letter;
    unsigned flag;
};

// AuthOptions: operations guide 5.6.
constexpr std::array kLetters = {
    Letter{'a', SASL_SEC_NOACTIVE},     Letter{'c', SASL_SEC_PASS_CREDENTIALS},
    Letter{'d', SASL_SEC_NODICTIONARY}, Letter{'f', SASL_SEC_FORWARD_SECRECY},
    Letter{'m', SASL_SEC_MUTUAL_AUTH},  Letter{'p', SASL_SEC_NOPLAINTEXT},
    Letter{'y', SASL_SEC_NOANONYMOUS},
};

unsigned security_flags(const SaslSecurity& security) {
    unsigned flags = 0;
    for (const Letter& row : kLetters) {
        if (security.auth_options.find(row.letter) != std::string_view::npos) flags |= row.flag;
    }
    // Under a layer that encrypts already, plaintext mechanisms are no danger.
    if (security.tls_bits > 0) flags &= ~static_cast<unsigned>(SASL_SEC_NOPLAINTEXT);
    return flags;
}

extern "C" int sm_sasl_log(void*, int level, const char* message) noexcept {
    // Levels above SASL_LOG_NOTE may hold what was sent or even passwords.
    if (message == nullptr || level <= SASL_LOG_NONE || level > SASL_LOG_NOTE) return SASL_OK;
    if (std::strncmp(message, kExpected, std::strlen(kExpected)) == 0) return SASL_OK;
    try {
        const int log_level = level <= SASL_LOG_ERR ? 0 : 9 + level;
        const LogPriority priority =
            level <= SASL_LOG_ERR ? LogPriority::kError : LogPriority::kWarning;
        log_at(log_level, priority, printable(message, 400));
    } catch (...) {
        return SASL_NOMEM;
    }
    return SASL_OK;
}

struct Paths {
    std::string config;
    std::string plugins;
};
Paths& stored_paths() {
    static Paths paths;
    return paths;
}

extern "C" int sm_sasl_plugin_path(void*, const char** path) noexcept {
    *path = stored_paths().plugins.c_str();
    return SASL_OK;
}

extern "C" int sm_sasl_config_path(void*, char** path) noexcept {
    *path = stored_paths().config.data();
    return SASL_OK;
}

template <typename Function>
sasl_callback_t entry(unsigned long id, Function* function, void* context = nullptr) {
    return {id, sasl_function(function), context};
}

}  // namespace

void SaslDelete::operator()(sasl_conn* handle) const {
    sasl_dispose(&handle);
}

const sasl_callback* sasl_library_callbacks(const SaslPaths& paths) {
    stored_paths() = {paths.config, paths.plugins};
    static std::array<sasl_callback_t, 4> callbacks{};
    std::size_t at = 0;
    callbacks[at++] = entry(SASL_CB_LOG, &sm_sasl_log);
    if (!paths.plugins.empty()) callbacks[at++] = entry(SASL_CB_GETPATH, &sm_sasl_plugin_path);
    if (!paths.config.empty()) callbacks[at++] = entry(SASL_CB_GETCONFPATH, &sm_sasl_config_path);
    callbacks[at] = {SASL_CB_LIST_END, nullptr, nullptr};
    return callbacks.data();
}

Status set_sasl_security(sasl_conn* handle, const SaslSecurity& security) {
    const sasl_ssf_t outer = security.tls_bits;
    int code = SASL_OK;
    if (outer > 0) code = sasl_setprop(handle, SASL_SSF_EXTERNAL, &outer);
    if (code == SASL_OK && outer > 0 && !security.external_id.empty()) {
        code = sasl_setprop(handle, SASL_AUTH_EXTERNAL, std::string(security.external_id).c_str());
    }
    sasl_security_properties_t properties{};
    const std::int64_t limit = std::clamp<std::int64_t>(security.max_bits, 0, 2147483647);
    // What TLS gives already counts (option AuthMaxBits).
    properties.max_ssf = static_cast<sasl_ssf_t>(std::max<std::int64_t>(0, limit - outer));
    properties.maxbufsize = kMaxLayerBuffer;
    properties.security_flags = security_flags(security);
    if (code == SASL_OK) code = sasl_setprop(handle, SASL_SEC_PROPS, &properties);
    if (code == SASL_OK) return {};
    return make_error(Exit::kSoftware, cat("sasl_setprop: ", sasl_reason(handle, code)));
}

std::string sasl_reason(sasl_conn* handle, int code) {
    const char* detail = handle == nullptr ? nullptr : sasl_errdetail(handle);
    return printable(cat(sasl_errstring(code, nullptr, nullptr), " (", code, ")",
                         detail == nullptr ? "" : " ", detail == nullptr ? "" : detail),
                     400);
}

std::string sasl_text_property(sasl_conn* handle, int property) {
    const void* value = nullptr;
    if (sasl_getprop(handle, property, &value) != SASL_OK || value == nullptr) return {};
    return static_cast<const char*>(value);
}

unsigned sasl_layer_strength(sasl_conn* handle) {
    const void* value = nullptr;
    if (sasl_getprop(handle, SASL_SSF, &value) != SASL_OK || value == nullptr) return 0;
    return *static_cast<const sasl_ssf_t*>(value);
}

}  // namespace sm
