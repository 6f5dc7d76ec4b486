// The matcher written the obvious way: plain backtracking, a line for every step at trace 21.35.
//
// Used only for that trace and, in the unit tests, as the measure of Matcher; its time has no
// bound.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "libcf/matcher.h"

namespace sm {

class TraceMatcher {
  public:
    // The value of a macro; called each time that $&name is reached.
    using Expand = std::function<std::string_view(std::string_view name)>;

    TraceMatcher(const ClassTable& classes, char blank, Expand expand = {})
        : classes_(&classes), blank_(blank), expand_(std::move(expand)) {}

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
    Expand expand_;
    const std::vector<LhsOp>* lhs_ = nullptr;
    const Workspace* tokens_ = nullptr;
    std::vector<Choice> choices_;
    Captures* captures_ = nullptr;
};

}  // namespace sm
