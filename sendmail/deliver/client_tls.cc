#include "sendmail/deliver/client_tls.h"

#include "libcf/security_setup.h"
#include "sendmail/log/security_log.h"

namespace sm {

const TlsClientContext* ClientTls::get() {
    if (tried_) return context_.get();
    tried_ = true;
    std::vector<std::string> notes;
    auto made = make_tls_client_context(client_tls_options(config_), &notes);
    for (const std::string& note : notes) log_tls_note(note);
    if (made.ok()) {
        context_ = std::move(made).value();
    } else {
        log_tls_note(made.error().text);
    }
    return context_.get();
}

const std::string& ClientTls::fingerprint() {
    if (fingerprint_.empty()) fingerprint_ = fingerprint_algorithm(config_).value_or("md5");
    return fingerprint_;
}

}  // namespace sm
