// From the text of an R line to a Rule. Source: operations guide 5.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/rule_program.h"

namespace sm {

struct CompiledRule {
    Rule rule;
    std::vector<std::string> complaints;  // in the words of the classic diagnostics
    bool usable = true;
};

// lhs, rhs: the two fields of the line, macros expanded (expand_while_reading). level: of the V
// line (below 9 parentheses are comments).
[[nodiscard]] CompiledRule compile_rule(RuleProgram& program, ClassTable& classes,
                                        std::string_view lhs, std::string_view rhs, int level);

}  // namespace sm
