// Values of an envelope that follow from its headers and recipients: set when a message has been
// collected and again when it is read from the queue.
#pragma once

#include <cstdint>

#include "libcf/config.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// Sets message_id, message_class, hop_count (trace fields) and, where it is 0, message_size.
void derive_from_headers(Envelope& envelope, const Config& config);

// size - class x ClassFactor + recipients x RecipientFactor (operations guide 2.3.1). Counts the
// recipients that are still to be delivered; message_size and message_class must be set.
[[nodiscard]] std::int64_t initial_priority(const Envelope& envelope, const Options& options);

}  // namespace sm
