// The matcher written the obvious way: plain backtracking, a line for every step at trace 21.35.
//
// Used only for that trace and, in the unit tests, as the measure of Matcher; its time has no
// bound.
#pragma once

#include <vector>

#include "libcf/matcher.h"

namespace sm {

class TraceMatcher {
  public:
    TraceMatcher(const ClassTable& classes, char blank) : classes_(&classes), blank_(blank) {}

    [[nodiscard]] bool match(const std::vector<LhsOp>& lhs, const Workspace& tokens,
                             Captures& captures);

  private:
    struct Choice {
        std::size_t op;
        TokenRange extent;
    };
    [[nodiscard]] bool advance(const LhsOp& op, std::size_t& at);
    [[nodiscard]] bool extend(std::size_t& op, std::size_t& at);
    void trace_step(int level, const char* what, const LhsOp& op, std::size_t at) const;

    const ClassTable* classes_;
    char blank_;
    const std::vector<LhsOp>* lhs_ = nullptr;
    const Workspace* tokens_ = nullptr;
    std::vector<Choice> choices_;
    Captures* captures_ = nullptr;
};

}  // namespace sm
