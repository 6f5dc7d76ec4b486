#include "libnet/sasl_server.h"

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include <array>
#include <cstring>

#include "libnet/sasl_handle.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr const char* kService = "smtp";
constexpr const char* kApplication = "Sendmail";
constexpr const char* kPluginName = "smhelper";

SaslHelpers& helpers() {
    static SaslHelpers value;
    return value;
}

// ---- helpers as the library sees them ----------------------------------------------------------

// What the helper said about the password of one exchange; the library itself would go on and
// try its own ways after a "no".
struct PasswordVerdict {
    std::optional<Result<bool>> said;
};

extern "C" int sm_sasl_check_password(sasl_conn_t* handle, void* context, const char* user,
                                      const char* password, unsigned length,
                                      struct propctx*) noexcept {
    if (!helpers().check_password || context == nullptr) return SASL_NOVERIFY;
    try {
        const std::string realm = sasl_text_property(handle, SASL_SERVERFQDN);
        const auto good = helpers().check_password(user, realm, {password, length});
        static_cast<PasswordVerdict*>(context)->said = good;
        if (!good.ok()) return SASL_TRYAGAIN;
        return *good ? SASL_OK : SASL_BADAUTH;
    } catch (...) {
        return SASL_NOMEM;
    }
}

// Where this process has helpers, the library's own ways are closed to it.
extern "C" int sm_sasl_option(void*, const char*, const char* option, const char** result,
                              unsigned* length) noexcept {
    const bool secret = std::strcmp(option, "auxprop_plugin") == 0 && helpers().secret;
    const bool password = std::strcmp(option, "pwcheck_method") == 0 && helpers().check_password;
    if (!secret && !password) return SASL_FAIL;
    *result = kPluginName;
    if (length != nullptr) *length = static_cast<unsigned>(std::strlen(kPluginName));
    return SASL_OK;
}

// Whoever proved who he is may name himself as he likes: {auth_authen} holds what he proved.
extern "C" int sm_sasl_proxy(sasl_conn_t*, void*, const char*, unsigned, const char*, unsigned,
                             const char*, unsigned, struct propctx*) noexcept {
    return SASL_OK;
}

// Fills the user's password into the properties that a mechanism asked for.
int fill_properties(sasl_server_params_t* params, std::string_view full_name,
                    bool about_authorization) {
    const std::size_t at = full_name.rfind('@');
    const std::string_view user = full_name.substr(0, at);
    const std::string realm(at == std::string_view::npos
                                ? std::string_view(params->user_realm != nullptr
                                                       ? params->user_realm
                                                       : params->serverFQDN)
                                : full_name.substr(at + 1));
    const propval* wanted = params->utils->prop_get(params->propctx);
    // Whom nothing is asked about (an authorization id, a guest) need not have an account.
    int outcome = SASL_OK;
    for (; wanted != nullptr && wanted->name != nullptr; ++wanted) {
        const char* name = wanted->name[0] == '*' ? wanted->name + 1 : wanted->name;
        if (std::strcmp(name, SASL_AUX_PASSWORD_PROP) != 0) continue;
        if (about_authorization != (wanted->name[0] != '*')) continue;
        outcome = SASL_NOUSER;
        const auto secret = helpers().secret(user, realm);
        if (!secret.ok()) return SASL_TRYAGAIN;
        if (!secret->has_value()) continue;
        params->utils->prop_erase(params->propctx, wanted->name);
        params->utils->prop_set(params->propctx, wanted->name, (*secret)->data(),
                                static_cast<int>((*secret)->size()));
        return SASL_OK;
    }
    return outcome;
}

extern "C" int sm_sasl_lookup(void*, sasl_server_params_t* params, unsigned flags, const char* user,
                              unsigned length) noexcept {
    if (params == nullptr || user == nullptr || !helpers().secret) return SASL_NOUSER;
    try {
        return fill_properties(params, {user, length}, (flags & SASL_AUXPROP_AUTHZID) != 0);
    } catch (...) {
        return SASL_NOMEM;
    }
}

extern "C" int sm_sasl_plugin(const sasl_utils_t*, int, int* version, sasl_auxprop_plug_t** plugin,
                              const char*) noexcept {
    static sasl_auxprop_plug_t self{};
    static char name[] = "smhelper";
    self.name = name;
    self.auxprop_lookup = &sm_sasl_lookup;
    *version = SASL_AUXPROP_PLUG_VERSION;
    *plugin = &self;
    return SASL_OK;
}

template <typename Function>
sasl_callback_t entry(unsigned long id, Function* function, void* context = nullptr) {
    return {id, sasl_function(function), context};
}

// The callbacks of one exchange; they live as long as its handle.
struct Callbacks {
    PasswordVerdict verdict;
    std::array<sasl_callback_t, 4> entries{};

    Callbacks() {
        std::size_t at = 0;
        entries[at++] = entry(SASL_CB_PROXY_POLICY, &sm_sasl_proxy);
        // Without a helper the library must not be asked to ask it.
        if (helpers().check_password || helpers().secret) {
            entries[at++] = entry(SASL_CB_GETOPT, &sm_sasl_option);
            entries[at++] =
                entry(SASL_CB_SERVER_USERDB_CHECKPASS, &sm_sasl_check_password, &verdict);
        }
        entries[at] = {SASL_CB_LIST_END, nullptr, nullptr};
    }
};

const char* or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

Result<SaslPtr> new_handle(const SaslServerOptions& options, const Callbacks& callbacks) {
    SM_CHECK_OK(prepare_sasl_server({}));
    // The realm stands in the place of the host, as sendmail always had it: it is what challenges
    // show and what a user name without one gets, without being added to the name proved.
    const std::string& realm = options.realm.empty() ? options.host : options.realm;
    sasl_conn_t* made = nullptr;
    const int code =
        sasl_server_new(kService, realm.c_str(), nullptr, or_null(options.local_address),
                        or_null(options.remote_address), callbacks.entries.data(), 0, &made);
    SaslPtr handle(made);
    if (code != SASL_OK) {
        return make_error(Exit::kSoftware, cat("sasl_server_new failed=", code));
    }
    return handle;
}

std::string list_mechanisms(sasl_conn* handle) {
    const char* list = nullptr;
    const int code = sasl_listmech(handle, nullptr, "", " ", "", &list, nullptr, nullptr);
    return code == SASL_OK && list != nullptr ? list : "";
}

bool has_word(std::string_view words, std::string_view word) {
    for (const std::string_view each : split_words(words)) {
        if (iequals(each, word)) return true;
    }
    return false;
}

SaslServer::Outcome outcome_of(int code) {
    switch (code) {
        case SASL_OK:
            return SaslServer::Outcome::kDone;
        case SASL_CONTINUE:
            return SaslServer::Outcome::kContinue;
        case SASL_FAIL:  // also: no answer from saslauthd
        case SASL_NOMEM:
        case SASL_TRYAGAIN:
        case SASL_UNAVAIL:
        case SASL_NOTINIT:
        case SASL_CONFIGERR:
            return SaslServer::Outcome::kTemporary;
        default:
            return SaslServer::Outcome::kFailed;
    }
}

class Exchange final : public SaslServer {
  public:
    Exchange(std::unique_ptr<Callbacks> callbacks, SaslPtr handle, const SaslServerOptions& options)
        : callbacks_(std::move(callbacks)),
          handle_(std::move(handle)),
          available_(list_mechanisms(handle_.get())) {
        for (const std::string_view word : split_words(options.mechanisms)) {
            if (!has_word(available_, word) || has_word(offered_, word)) continue;
            if (!offered_.empty()) offered_ += ' ';
            offered_ += word;
        }
    }

    [[nodiscard]] const std::string& offered() const override { return offered_; }
    [[nodiscard]] const std::string& available() const override { return available_; }
    [[nodiscard]] const AuthFacts& facts() const override { return facts_; }

    [[nodiscard]] Step start(std::string_view mechanism,
                             std::optional<std::string_view> initial) override {
        mechanism_ = upper(mechanism);
        const char* out = nullptr;
        unsigned size = 0;
        // An empty but present response is not the same as none (RFC 4954 section 4).
        const char* in = initial ? (initial->empty() ? "" : initial->data()) : nullptr;
        const int code =
            sasl_server_start(handle_.get(), mechanism_.c_str(), in,
                              initial ? static_cast<unsigned>(initial->size()) : 0, &out, &size);
        return finish(code, out, size);
    }

    [[nodiscard]] Step step(std::string_view response) override {
        const char* out = nullptr;
        unsigned size = 0;
        const int code = sasl_server_step(handle_.get(), response.empty() ? "" : response.data(),
                                          static_cast<unsigned>(response.size()), &out, &size);
        return finish(code, out, size);
    }

    [[nodiscard]] std::unique_ptr<ByteStream> layer(ByteStream& below) override {
        return make_sasl_stream(handle_.get(), below);
    }

  private:
    // In the words of the library, which log watchers look for.
    [[nodiscard]] std::string wrong_password() const {
        return cat("authentication failure (-13) SASL(-13): authentication failure: ",
                   mechanism_ == "LOGIN" ? "checkpass failed" : "Password verification failed");
    }

    Step finish(int code, const char* out, unsigned size) {
        Step step;
        step.outcome = outcome_of(code);
        if (out != nullptr) step.data.assign(out, size);
        if (step.outcome == Outcome::kDone) {
            facts_.mechanism = mechanism_;
            facts_.authen = sasl_text_property(handle_.get(), SASL_AUTHUSER);
            const std::string user = sasl_text_property(handle_.get(), SASL_USERNAME);
            if (facts_.authen.empty()) facts_.authen = user;
            if (user != facts_.authen) facts_.author = user;
            facts_.ssf = sasl_layer_strength(handle_.get());
        } else if (step.outcome != Outcome::kContinue) {
            step.reason = sasl_reason(handle_.get(), code);
            step.user = printable(sasl_text_property(handle_.get(), SASL_AUTHUSER), 100);
            // A generic failure before there was a name is the fault of what the peer sent.
            if (code == SASL_FAIL && step.user.empty()) step.outcome = Outcome::kFailed;
            if (const auto& said = callbacks_->verdict.said) {
                step.outcome = said->ok() ? Outcome::kFailed : Outcome::kTemporary;
                step.reason = said->ok() ? wrong_password() : printable(said->error().text, 400);
            }
        }
        return step;
    }

    std::unique_ptr<Callbacks> callbacks_;
    SaslPtr handle_;
    std::string available_;
    std::string offered_;
    std::string mechanism_;
    AuthFacts facts_;
};

}  // namespace

Status prepare_sasl_server(const SaslPaths& paths) {
    static int code = SASL_NOTINIT;
    if (code == SASL_OK) return {};
    code = sasl_server_init(sasl_library_callbacks(paths), kApplication);
    if (code == SASL_OK) sasl_auxprop_add_plugin(kPluginName, &sm_sasl_plugin);
    if (code == SASL_OK) return {};
    return make_error(Exit::kSoftware, cat("sasl_server_init failed! [",
                                           sasl_errstring(code, nullptr, nullptr), "]"));
}

void set_sasl_helpers(SaslHelpers value) {
    helpers() = std::move(value);
}

Result<std::unique_ptr<SaslServer>> make_sasl_server(const SaslServerOptions& options) {
    auto callbacks = std::make_unique<Callbacks>();
    SM_TRY(SaslPtr handle, new_handle(options, *callbacks));
    SM_CHECK_OK(set_sasl_security(handle.get(), {options.auth_options, options.max_bits,
                                                 options.tls_bits, options.external_id}));
    return std::unique_ptr<SaslServer>(
        std::make_unique<Exchange>(std::move(callbacks), std::move(handle), options));
}

Result<bool> check_sasl_password(std::string_view host, std::string_view realm,
                                 std::string_view user, std::string_view password) {
    SaslServerOptions options;
    options.host = host;
    options.realm = realm;
    const Callbacks callbacks;
    SM_TRY(const SaslPtr handle, new_handle(options, callbacks));
    const int code =
        sasl_checkpass(handle.get(), std::string(user).c_str(), static_cast<unsigned>(user.size()),
                       std::string(password).c_str(), static_cast<unsigned>(password.size()));
    if (code == SASL_OK) return true;
    if (outcome_of(code) == SaslServer::Outcome::kFailed) return false;
    return make_error(Exit::kTempFail, sasl_reason(handle.get(), code));
}

Result<std::optional<std::string>> look_up_sasl_secret(std::string_view host,
                                                       std::string_view realm,
                                                       std::string_view user) {
    SaslServerOptions options;
    options.host = host;
    options.realm = realm;
    const Callbacks callbacks;
    SM_TRY(const SaslPtr handle, new_handle(options, callbacks));
    static const char* const kWanted[] = {SASL_AUX_PASSWORD, nullptr};
    const auto request = [&] {
        // The library's declaration forgot a const.
        return sasl_auxprop_request(handle.get(), const_cast<const char**>(kWanted));
    };
    if (request() != SASL_OK) {
        return make_error(Exit::kTempFail, "sasl_auxprop_request failed");
    }
    const std::string name(user);
    // Canonicalisation by the library is what makes it ask its auxprop plug-ins.
    const int code =
        sasl_user_exists(handle.get(), kService, std::string(realm).c_str(), name.c_str());
    if (code != SASL_OK && outcome_of(code) != SaslServer::Outcome::kFailed) {
        return make_error(Exit::kTempFail, sasl_reason(handle.get(), code));
    }
    struct propctx* properties = sasl_auxprop_getctx(handle.get());
    struct propval values[2] = {};
    if (code != SASL_OK || properties == nullptr ||
        prop_getnames(properties, const_cast<const char**>(kWanted), values) <= 0 ||
        values[0].values == nullptr || values[0].values[0] == nullptr) {
        return std::optional<std::string>{};
    }
    return std::optional<std::string>(values[0].values[0]);
}

}  // namespace sm
