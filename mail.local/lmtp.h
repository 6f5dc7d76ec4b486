// The LMTP server side of mail.local (RFC 2033): the dialogue on standard input and output.
#pragma once

#include "libsm/byte_stream.h"
#include "libsm/exit_status.h"
#include "mail.local/mailbox.h"

namespace sm {

// Serves until QUIT or the end of the input; one reply per recipient after the final dot.
[[nodiscard]] Exit serve_lmtp(ByteStream& stream, const MailboxOptions& options,
                              bool strip_high_bit);

}  // namespace sm
