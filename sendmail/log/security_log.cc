#include "sendmail/log/security_log.h"

#include "libsm/encodings.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxRelay = 100;
constexpr std::size_t kMaxText = 256;

std::string shown(std::string_view text, std::size_t max = kMaxText) {
    return printable(text, max);
}

bool has(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

}  // namespace

void log_tls_note(std::string_view line) {
    const bool bad =
        has(line, "error") || has(line, "unsafe") || has(line, "missing") || has(line, "invalid");
    const int told = has(line, "Diffie-Hellman init") ? 14 : 13;
    log_at(bad ? 1 : told, bad ? LogPriority::kWarning : LogPriority::kInfo, shown(line, 600));
}

void log_tls_session(std::string_view role, std::string_view relay, const TlsFacts& facts) {
    const std::string who = shown(relay, kMaxRelay);
    if (role == "client") log_at(14, LogPriority::kInfo, "STARTTLS=client, start=ok");
    if (!facts.trust_error.empty()) log_tls_note(facts.trust_error);
    for (const std::string& error : facts.verify_errors) {
        log_at(14, LogPriority::kInfo, cat("STARTTLS: TLS cert verify: ", shown(error, 500)));
    }
    for (const auto& [field, status] : facts.bad_fields) {
        log_at(9, LogPriority::kWarning,
               cat("STARTTLS=", role, ", relay=", who, ", field=", field, ", status=", status));
    }
    std::string line = cat("STARTTLS=", role, ", relay=", who, ", version=", facts.version,
                           ", verify=", facts.verify, ", cipher=", shown(facts.cipher, 64),
                           ", bits=", facts.bits, "/", facts.alg_bits);
    if (facts.resumed) line += ", resumed=yes";
    log_at(9, LogPriority::kInfo, line);
    log_at(12, LogPriority::kInfo,
           cat("STARTTLS=", role, ", cert-subject=", shown(facts.cert_subject),
               ", cert-issuer=", shown(facts.cert_issuer), ", verifymsg=", facts.verify_text));
}

void log_tls_failure(std::string_view role, std::string_view relay, std::string_view detail) {
    log_at(9, LogPriority::kWarning,
           cat("STARTTLS=", role, ", error: ", shown(detail, 400),
               ", relay=", shown(relay, kMaxRelay)));
}

void log_tls_features(std::string_view ruleset, std::string_view value, std::string_view relay) {
    const std::string text = value.empty() ? std::string("\"\"") : shown(value);
    log_at(10, LogPriority::kInfo, cat(ruleset, "=", text, ", relay=", shown(relay, kMaxRelay)));
}

void log_tls_features_error(std::string_view ruleset, std::string_view error,
                            std::string_view relay) {
    log_at(9, LogPriority::kWarning,
           cat(ruleset, "=", shown(error), ", relay=", shown(relay, kMaxRelay)));
}

void log_auth_mechanisms(std::string_view available, std::string_view allowed) {
    if (available.empty()) {
        log_at(12, LogPriority::kWarning, "AUTH warning: no mechanisms");
        return;
    }
    log_at(12, LogPriority::kInfo,
           cat("AUTH: available mech=", shown(available), ", allowed mech=", shown(allowed)));
}

void log_auth(std::string_view role, std::string_view relay, const AuthFacts& facts) {
    std::string line = cat("AUTH=", role, ", relay=", shown(relay, kMaxRelay));
    if (role == "server") append(line, ", authid=", shown(cert_encode(facts.authen), 128));
    append(line, ", mech=", shown(facts.mechanism, 16), ", bits=", facts.ssf);
    log_at(9, LogPriority::kInfo, line);
}

void log_auth_failure(std::string_view id, std::string_view mechanism, std::string_view reason,
                      std::string_view user, std::string_view relay) {
    log_at(9, LogPriority::kWarning,
           cat(id, ": AUTH failure (", shown(mechanism, 32), "): ", shown(reason, 400),
               ", user=", shown(user, 100), ", relay=", shown(relay, kMaxRelay)));
}

void log_auth_decode(std::string_view id, std::string_view text, std::string_view relay) {
    log_at(1, LogPriority::kWarning,
           cat(id, ": AUTH decode64 error [-5 for \"", shown(text, 64),
               "\"], relay=", shown(relay, kMaxRelay)));
}

}  // namespace sm
