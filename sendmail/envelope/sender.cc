#include "sendmail/envelope/sender.h"

#include "libsm/strings.h"

namespace sm {

ParsedAddress set_envelope_sender(const Config& config, Envelope& envelope,
                                  std::string_view address, Deadline deadline) {
    MacroScope& macros = envelope.macros;
    const std::string bare(trim(crack_address(address)));
    macros.set("f", bare);
    if (bare.empty()) {
        envelope.sender = "<>";
        macros.set("mail_mailer", "local");
        macros.set("mail_host", "");
        macros.set("mail_addr", "");
        return {};
    }
    envelope.sender = address;
    Rewriter rewriter(config, macros);
    ParsedAddress parsed = parse_address(rewriter, address, AddressRole::kReturnPath, deadline);
    if (!parsed.ok()) return parsed;
    const auto shown = rewrite_for_host(rewriter, bare, deadline);
    if (!shown.ok()) {
        parsed.queue_up = true;
        parsed.status = Exit::kTempFail;
        parsed.smtp = 451;
        parsed.dsn = "4.3.0";
        parsed.message = shown.error().text;
        return parsed;
    }
    macros.set("f", *shown);
    envelope.sender_target = parsed.target;
    const Target& target = envelope.sender_target;
    macros.set("mail_mailer", target.mailer != nullptr ? target.mailer->name : "");
    macros.set("mail_host", target.host);
    macros.set("mail_addr", target.user);
    return parsed;
}

}  // namespace sm
