#include "sendmail/envelope/derived.h"

#include "libsm/strings.h"

namespace sm {

void derive_from_headers(Envelope& envelope, const Config& config) {
    envelope.message_id.clear();
    envelope.message_class = 0;
    envelope.hop_count = 0;
    for (const HeaderField& field : envelope.headers.fields()) {
        const HeaderClass kind = header_class(field.name);
        if (kind == HeaderClass::kTrace) ++envelope.hop_count;
        if (kind == HeaderClass::kPrecedence) {
            envelope.message_class = config.precedence(trim(field.value));
        }
        if (iequals(field.name, "Message-Id")) envelope.message_id = trim(field.value);
    }
    if (envelope.message_size == 0) {
        envelope.message_size =
            envelope.body_size + static_cast<std::int64_t>(envelope.headers.size());
    }
}

std::int64_t initial_priority(const Envelope& envelope, const Options& options) {
    std::int64_t recipients = 0;
    for (const Recipient& recipient : envelope.recipients) {
        if (recipient.state == Recipient::State::kQueued) ++recipients;
    }
    return envelope.message_size - envelope.message_class * options.class_factor +
           recipients * options.recipient_factor;
}

}  // namespace sm
