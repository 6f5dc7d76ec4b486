// The rewriting engine: applies rulesets of a Config to an address or any other workspace.
//
// A Rewriter is cheap to make: it points to the compiled rules and to the caller's macro scope.
// It gives exactly the classic results (leftmost-minimal matching with backtracking) in bounded
// time. Source: operations guide section 5.1; ../doc/design/rewriting.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/macro_scope.h"
#include "libmail/token_list.h"
#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

class Config;
class RewriteEngine;

// How a rewriting ended.
struct RewriteOutcome {
    TokenList tokens;         // the workspace as it stands, also after an error
    Exit status = Exit::kOk;  // kTempFail: a lookup could not tell; kConfig: loop, recursion, ...
    std::string message;      // when status is not kOk: one line; may be empty
};

class Rewriter {
  public:
    // Both outlive the rewriter. `macros` gives the values of $&x and takes those of class macro.
    Rewriter(const Config& config, MacroScope& macros);

    // Applies one ruleset. An undefined number or name is an empty ruleset.
    [[nodiscard]] RewriteOutcome rewrite(TokenList workspace, int ruleset, Deadline deadline);
    [[nodiscard]] RewriteOutcome rewrite(TokenList workspace, std::string_view ruleset,
                                         Deadline deadline);

    // Test mode: every ruleset prints its input and result, and diagnostics are printed.
    void set_show(bool show);

    // The engine underneath, for callers in libcf that work on its tokens.
    [[nodiscard]] RewriteEngine& engine() { return *engine_; }

    [[nodiscard]] const Config& config() const { return *config_; }
    [[nodiscard]] MacroScope& macros() { return *macros_; }

  private:
    const Config* config_;
    MacroScope* macros_;
    std::shared_ptr<RewriteEngine> engine_;
};

}  // namespace sm
