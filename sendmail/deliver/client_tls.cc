#include "sendmail/deliver/client_tls.h"

#include "libcf/security_setup.h"
#include "sendmail/log/security_log.h"

namespace sm {

void ClientTls::prepare() {
    if (tried_) return;
    tried_ = true;
    auto made = make_tls_client_context(client_tls_options(config_), &notes_);
    if (made.ok()) {
        context_ = std::move(made).value();
    } else {
        notes_.push_back(made.error().text);
    }
}

const TlsClientContext* ClientTls::get() {
    prepare();
    for (const std::string& note : notes_) log_tls_note(note);
    notes_.clear();
    return context_.get();
}

const std::string& ClientTls::fingerprint() {
    if (fingerprint_.empty()) fingerprint_ = fingerprint_algorithm(config_).value_or("md5");
    return fingerprint_;
}

}  // namespace sm
