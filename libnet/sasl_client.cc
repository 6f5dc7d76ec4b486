#include "libnet/sasl_client.h"

#include <sasl/sasl.h>

#include <array>
#include <cstring>
#include <vector>

#include "libnet/sasl_handle.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// What the callbacks of one exchange answer from.
struct Answers {
    std::string user;
    std::string auth_id;
    std::string realm;
    std::vector<char> secret;  // a sasl_secret_t
};

extern "C" int sm_client_name(void* context, int id, const char** result,
                              unsigned* length) noexcept {
    const auto* answers = static_cast<const Answers*>(context);
    const std::string& text = id == SASL_CB_AUTHNAME ? answers->auth_id : answers->user;
    *result = text.c_str();
    if (length != nullptr) *length = static_cast<unsigned>(text.size());
    return SASL_OK;
}

extern "C" int sm_client_secret(sasl_conn_t*, void* context, int id,
                                sasl_secret_t** secret) noexcept {
    if (id != SASL_CB_PASS) return SASL_FAIL;
    auto* answers = static_cast<Answers*>(context);
    *secret = reinterpret_cast<sasl_secret_t*>(answers->secret.data());
    return SASL_OK;
}

// The configured realm if the server has it; any if none is configured.
extern "C" int sm_client_realm(void* context, int, const char** available,
                               const char** result) noexcept {
    const auto* answers = static_cast<const Answers*>(context);
    for (; available != nullptr && *available != nullptr; ++available) {
        if (answers->realm.empty() || answers->realm == *available) {
            *result = *available;
            return SASL_OK;
        }
    }
    if (answers->realm.empty()) return SASL_FAIL;
    *result = answers->realm.c_str();
    return SASL_OK;
}

template <typename Function>
sasl_callback_t entry(unsigned long id, Function* function, void* context) {
    return {id, sasl_function(function), context};
}

const char* or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

class ClientExchange final : public SaslClient {
  public:
    explicit ClientExchange(const SaslClientOptions& options) {
        answers_.user = options.user.empty() ? options.auth_id : options.user;
        answers_.auth_id = options.auth_id.empty() ? options.user : options.auth_id;
        answers_.realm = options.realm;
        answers_.secret.resize(sizeof(sasl_secret_t) + options.password.size() + 1);
        auto* secret = reinterpret_cast<sasl_secret_t*>(answers_.secret.data());
        secret->len = options.password.size();
        std::memcpy(secret->data, options.password.data(), options.password.size());
        callbacks_ = {entry(SASL_CB_USER, &sm_client_name, &answers_),
                      entry(SASL_CB_AUTHNAME, &sm_client_name, &answers_),
                      entry(SASL_CB_PASS, &sm_client_secret, &answers_),
                      entry(SASL_CB_GETREALM, &sm_client_realm, &answers_),
                      sasl_callback_t{SASL_CB_LIST_END, nullptr, nullptr}};
    }
    ~ClientExchange() override { explicit_bzero(answers_.secret.data(), answers_.secret.size()); }

    [[nodiscard]] Status open(const SaslClientOptions& options) {
        sasl_conn_t* made = nullptr;
        const int code =
            sasl_client_new("smtp", options.server_name.c_str(), or_null(options.local_address),
                            or_null(options.remote_address), callbacks_.data(), 0, &made);
        handle_.reset(made);
        if (code != SASL_OK) {
            return make_error(Exit::kSoftware, cat("sasl_client_new failed=", code));
        }
        return set_sasl_security(handle_.get(), {options.auth_options, options.max_bits,
                                                 options.tls_bits, options.external_id});
    }

    [[nodiscard]] Step start(std::string_view mechanisms) override {
        const char* out = nullptr;
        const char* chosen = nullptr;
        unsigned size = 0;
        const int code = sasl_client_start(handle_.get(), std::string(mechanisms).c_str(), nullptr,
                                           &out, &size, &chosen);
        if (chosen != nullptr) mechanism_ = chosen;
        Step step = result(code, out, size);
        step.has_data = step.ok && out != nullptr;
        return step;
    }

    [[nodiscard]] Step step(std::string_view challenge) override {
        const char* out = nullptr;
        unsigned size = 0;
        const int code =
            sasl_client_step(handle_.get(), challenge.empty() ? "" : challenge.data(),
                             static_cast<unsigned>(challenge.size()), nullptr, &out, &size);
        return result(code, out, size);
    }

    [[nodiscard]] const std::string& mechanism() const override { return mechanism_; }

    [[nodiscard]] AuthFacts finish() override {
        return {mechanism_, answers_.auth_id, answers_.user, sasl_layer_strength(handle_.get())};
    }

    [[nodiscard]] std::unique_ptr<ByteStream> layer(ByteStream& below) override {
        return make_sasl_stream(handle_.get(), below);
    }

  private:
    Step result(int code, const char* out, unsigned size) {
        Step step;
        step.ok = code == SASL_OK || code == SASL_CONTINUE;
        step.done = code == SASL_OK;
        if (!step.ok) step.reason = sasl_reason(handle_.get(), code);
        if (step.ok && out != nullptr) step.data.assign(out, size);
        return step;
    }

    Answers answers_;
    std::array<sasl_callback_t, 5> callbacks_{};
    SaslPtr handle_;
    std::string mechanism_;
};

}  // namespace

Status prepare_sasl_client(const SaslPaths& paths) {
    static int code = SASL_NOTINIT;
    if (code == SASL_OK) return {};
    code = sasl_client_init(sasl_library_callbacks(paths));
    if (code == SASL_OK) return {};
    return make_error(Exit::kSoftware, cat("sasl_client_init failed! [",
                                           sasl_errstring(code, nullptr, nullptr), "]"));
}

Result<std::unique_ptr<SaslClient>> make_sasl_client(const SaslClientOptions& options) {
    SM_CHECK_OK(prepare_sasl_client({}));
    auto exchange = std::make_unique<ClientExchange>(options);
    SM_CHECK_OK(exchange->open(options));
    return std::unique_ptr<SaslClient>(std::move(exchange));
}

}  // namespace sm
