// MessageSink: where a message made inside (a DSN, a warning, a postmaster copy) goes. The
// implementation commits it to the queue and hints the manager.
#pragma once

#include <string_view>

#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

class MessageSink {
  public:
    virtual ~MessageSink() = default;
    // `envelope` has sender, recipients and headers; its body file is written by the caller
    // between begin and submit.
    [[nodiscard]] virtual Status begin(Envelope& envelope) = 0;
    // Takes back what begin made, when the message cannot be finished.
    virtual void abandon(Envelope& envelope) { static_cast<void>(envelope); }
    [[nodiscard]] virtual Result<QueueId> submit(Envelope&& envelope) = 0;
};

}  // namespace sm
