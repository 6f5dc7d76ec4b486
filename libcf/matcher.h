// The matcher: does the left-hand side of a rule match a workspace, and what do $1..$9 stand for?
//
// Exactly the classic answer: operators take as few tokens as they can, and of all ways to match
// the one is found in which the first operator takes fewest, then the second, and so on. A
// memory of failed positions bounds the work by operators x tokens (x longest class member).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "libcf/class_table.h"
#include "libcf/rule_program.h"

namespace sm {

// [first, last) of the tokens that an operator took.
struct TokenRange {
    std::size_t first = 0;
    std::size_t last = 0;
};

using Captures = std::array<TokenRange, 10>;  // [1]..[9]

// True when tokens [range) joined are a member of the class. `blank` stands between two words in
// a row (option BlankSub). Sets *too_long when the text is longer than every member.
[[nodiscard]] bool range_in_class(const WordSet& set, const WorkToken* tokens, TokenRange range,
                                  char blank, bool* too_long);

// Where tokens from `at` on that are `text` when joined (case aside) end; kNoEnd: they are not.
// There must be a token at `at` even for an empty text.
inline constexpr std::size_t kNoEnd = SIZE_MAX;
[[nodiscard]] std::size_t text_end(std::string_view text, const WorkToken* tokens, std::size_t at,
                                   std::size_t count);

class Matcher {
  public:
    Matcher(const ClassTable& classes, char blank) : classes_(&classes), blank_(blank) {}

    // `lhs`: without $&x (replaced by their values).
    [[nodiscard]] bool match(const LhsOp* lhs, std::size_t ops, const WorkToken* tokens,
                             std::size_t count, Captures& captures);

  private:
    // The first end >= `from` for which [start, end) is in the class; 0: none.
    [[nodiscard]] std::size_t class_end(const LhsOp& op, const WorkToken* tokens, std::size_t start,
                                        std::size_t from, std::size_t count);
    [[nodiscard]] bool step(const LhsOp& op, const WorkToken* tokens, std::size_t count,
                            std::size_t at, std::size_t& end);
    [[nodiscard]] bool seen_before(std::size_t row, std::size_t position);

    const ClassTable* classes_;
    char blank_;
    std::vector<std::uint64_t> failed_;  // rows of bits: positions tried behind an operator
    std::size_t words_per_row_ = 0;
};

}  // namespace sm
