#include "sendmail/deliver/client_tls.h"

#include <chrono>

#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "sendmail/log/security_log.h"

namespace sm {
namespace {

std::int64_t monotonic_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

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

void ClientTls::refresh() {
    const std::int64_t now = monotonic_seconds();
    if (now == checked_) return;
    checked_ = now;
    if (!context_->outdated()) return;
    TlsOptions options = client_tls_options(config_);
    options.open = config_.maps().environment().open_file;
    options.need_cert = !options.cert_files.empty();
    std::vector<std::string> notes;
    auto made = make_tls_client_context(options, &notes);
    const std::string trouble = made.ok() ? "" : made.error().text;
    if (trouble.empty()) {
        context_ = std::move(made).value();
        notes_.insert(notes_.end(), notes.begin(), notes.end());
    } else if (trouble != last_error_) {
        notes_.push_back(trouble);
    }
    last_error_ = trouble;
}

const TlsClientContext* ClientTls::get() {
    if (context_ != nullptr) refresh();
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
