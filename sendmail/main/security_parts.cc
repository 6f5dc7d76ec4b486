#include "sendmail/main/security_parts.h"

#include "libcf/security_setup.h"
#include "libsm/log.h"
#include "sendmail/log/security_log.h"

namespace sm {

SecurityParts::SecurityParts(const Config& config) : config_(config) {
    if (!config.options.auth_mechanisms.empty()) {
        const Status ready = prepare_sasl_server(sasl_paths(config));
        if (!ready.ok() && ready.error().code != Exit::kUnavailable) {
            log_message(LogPriority::kWarning, ready.error().text);
        }
    }
    const TlsOptions options = server_tls_options(config);
    const bool wanted =
        !options.cert_files.empty() || !options.key_files.empty() || !options.need_cert;
    if (!wanted) return;
    slot_ = std::make_unique<TlsServerSlot>(options);
    refresh();
    const auto digest = fingerprint_algorithm(config);
    if (!digest.ok()) log_tls_note(digest.error().text);
}

void SecurityParts::refresh() {
    if (slot_ == nullptr) return;
    std::vector<std::string> notes;
    slot_->refresh(&notes);
    for (const std::string& note : notes) log_tls_note(note);
}

void SecurityParts::use_helper(Privileged& privileged) {
    SaslHelpers helpers;
    helpers.check_password = [&privileged](std::string_view user, std::string_view realm,
                                           std::string_view password) {
        return privileged.check_password(user, realm, password);
    };
    helpers.secret = [&privileged](std::string_view user, std::string_view realm) {
        return privileged.password_secret(user, realm);
    };
    set_sasl_helpers(std::move(helpers));
}

}  // namespace sm
