// QueueId: the name of a job: eight base-60 characters of time and sequence, then the pid with at
// least six digits. Readers of logs expect \w{8}\d{6,7}. Source: ../doc/design/queue.md.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sm {

class QueueId {
  public:
    QueueId() = default;
    // Any string; valid() tells whether it has the form of an id (safe as a file name).
    explicit QueueId(std::string_view text) : text_(text) {}

    // sequence: 0..3599, two base-60 digits.
    [[nodiscard]] static QueueId make(std::int64_t now, int sequence, pid_t pid);

    [[nodiscard]] const std::string& str() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] bool valid() const;
    friend bool operator==(const QueueId&, const QueueId&) = default;

  private:
    std::string text_;
};

}  // namespace sm
