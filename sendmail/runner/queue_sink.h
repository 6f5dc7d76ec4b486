// QueueSink: messages made inside (DSNs) become jobs of the queue.
#pragma once

#include <functional>
#include <string>

#include "sendmail/envelope/message_sink.h"
#include "sendmail/queue/queue_store.h"

namespace sm {

class QueueSink final : public MessageSink {
  public:
    // on_committed: told of every job, so that it is tried soon; may be empty.
    using Committed = std::function<void(const QueueId& id, const std::string& directory)>;
    QueueSink(const Config& config, QueueStore& store, Committed on_committed)
        : config_(config), store_(store), on_committed_(std::move(on_committed)) {}

    [[nodiscard]] Status begin(Envelope& envelope) override { return store_.begin(envelope); }
    void abandon(Envelope& envelope) override { store_.abandon(envelope); }
    [[nodiscard]] Result<QueueId> submit(Envelope&& envelope) override;

  private:
    const Config& config_;
    QueueStore& store_;
    Committed on_committed_;
};

}  // namespace sm
