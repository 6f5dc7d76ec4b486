// BadClient: counts what clients should not do often, and says how long the next reply waits.
// Source: operations guide 2.5 (limits); figures measured on the reference.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace sm {

class BadClient {
  public:
    enum class Kind : std::size_t { kHelo, kVerify, kEtrn, kNoop, kAuth };

    struct Judgement {
        std::chrono::milliseconds wait{0};
        bool first_time = false;  // the limit was reached just now: log it
        bool hang_up = false;     // more than twice the limit
        int count = 0;
    };

    // max_noop: option MaxNOOPCommands.
    explicit BadClient(int max_noop);

    [[nodiscard]] Judgement count(Kind kind);
    // What the client did in earlier sessions counts too: the next time may wait, but is not yet
    // the last.
    void remember(Kind kind, int earlier);
    // A layer has begun: the client has to say HELO once more, and that is no habit of it.
    void forgive_helo() { counts_[static_cast<std::size_t>(Kind::kHelo)] = 0; }
    // Unknown commands and refusals. True: too many, hang up.
    [[nodiscard]] bool count_bad_command() { return ++bad_commands_ > kMaxBadCommands; }

  private:
    static constexpr int kMaxBadCommands = 25;
    std::array<int, 5> limits_;
    std::array<int, 5> counts_{};
    int bad_commands_ = 0;
};

}  // namespace sm
