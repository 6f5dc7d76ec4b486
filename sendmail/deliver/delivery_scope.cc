#include "sendmail/deliver/delivery_scope.h"

#include "libcf/address_parser.h"
#include "libsm/strings.h"

namespace sm {

Deadline rewrite_deadline() {
    return Deadline::in(std::chrono::minutes(5));
}

bool speaks_smtp(const MailerSpec& mailer) {
    return mailer.has('z') || (!mailer.is_file() && !mailer.names_user());
}

Result<std::string> sender_for_mailer(const Envelope& envelope, const MailerSpec& mailer,
                                      const Config& config) {
    std::string bare(trim(crack_address(envelope.sender)));
    MacroScope scope(&envelope.macros);
    if (bare.empty()) {
        if (speaks_smtp(mailer) && !mailer.has('g')) return bare;
        bare = config.macros.get("n");
    }
    Rewriter rewriter(config, scope);
    return rewrite_for_mailer(rewriter, bare, AddressRole::kEnvelopeSender, mailer, {},
                              rewrite_deadline());
}

std::string added_domain(const Envelope& envelope) {
    const MailerSpec* mailer = envelope.sender_target.mailer;
    if (mailer == nullptr || !mailer->has('C')) return {};
    const std::string bare(trim(crack_address(envelope.sender)));
    const std::size_t at = bare.rfind('@');
    return at == std::string::npos ? std::string() : bare.substr(at);
}

void set_delivery_macros(MacroScope& scope, const std::string& sender, const Batch& batch) {
    scope.set("g", sender);
    scope.set("f", trim(crack_address(sender)));
    scope.set("h", batch.host);
    if (batch.recipients.empty()) return;
    const Recipient& first = *batch.recipients.front();
    scope.set("u", first.target.user);
    scope.set("to", first.target.user);
    scope.set("z", first.home);
}

}  // namespace sm
