// Who was answered when: a Berkeley DB file of hash type, as earlier programs keep it. A key is an
// address, or "@domain"; a value the time of the last answer in seconds, as eight octets of this
// machine, 0: never to be answered. One key holds the interval.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"

namespace sm {

class ReplyDatabase {
  public:
    // path: without ".db".
    explicit ReplyDatabase(std::string path) : path_(std::move(path)) {}

    // An empty file in place of what was there. interval: seconds between two answers to the same
    // address, 0: only one ever; nullopt: a week.
    [[nodiscard]] Status initialize(std::optional<std::int64_t> interval) const;
    // May that address be answered now? Also true for a missing file.
    [[nodiscard]] Result<bool> is_due(std::string_view address, std::int64_t now) const;
    [[nodiscard]] Status note_answer(std::string_view address, std::int64_t now) const;
    [[nodiscard]] Status exclude(const std::vector<std::string>& addresses) const;
    // time 0: excluded.
    [[nodiscard]] Status list(
        const std::function<void(std::string_view address, std::int64_t time)>& visit) const;

  private:
    [[nodiscard]] Status store(const std::vector<std::string>& keys, std::int64_t time) const;
    std::string path_;
};

}  // namespace sm
