// The engine behind Rewriter: applies compiled rulesets to a workspace of interned tokens.
//
// An engine keeps its buffers between calls; begin() forgets the texts of the last workspace.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libcf/macro_scope.h"
#include "libcf/matcher.h"
#include "libcf/rule_program.h"
#include "libsm/clock.h"

namespace sm {

// Text that lives until reset(): tokens of one rewriting.
class TextArena {
  public:
    [[nodiscard]] char* allocate(std::size_t size);
    [[nodiscard]] std::string_view copy(std::string_view text);
    void reset();

  private:
    static constexpr std::size_t kChunk = 16384;
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::vector<std::unique_ptr<char[]>> large_;
    std::size_t chunk_ = 0;
    std::size_t used_ = kChunk;
};

class RewriteEngine {
  public:
    RewriteEngine(const Config& config, MacroScope& macros);

    // Forgets everything of the last workspace.
    void begin(Deadline deadline);
    // Cuts text into tokens of a workspace. The report's complaints are not printed.
    ScanReport scan(std::string_view text, const ScanOptions& options, Workspace& out);
    [[nodiscard]] WorkToken make(std::string_view text) {
        return program_.token_for(arena_.copy(text));
    }
    // As make, without a copy: `text` outlives the rewriting.
    [[nodiscard]] WorkToken make_view(std::string_view text) const {
        return program_.token_for(text);
    }

    // Applies one ruleset; the workspace is replaced by the result. The status is that of this
    // and all earlier calls since begin().
    void run(Workspace& work, int ruleset);
    [[nodiscard]] Exit status() const { return status_; }
    // A lookup could not be answered, and no -T of its map told the rules so.
    [[nodiscard]] bool hard_failure() const { return hard_failure_; }
    // A lookup other than that of a canonical name ($[ $]) could not be answered, -T or not.
    [[nodiscard]] bool map_failed() const { return map_failed_; }
    [[nodiscard]] const std::string& message() const { return message_; }
    // Prints "NAME input: ..." and "NAME returns: ..." (test mode).
    void set_show(bool show) { show_ = show; }
    // Also prints diagnostics (test mode), instead of keeping only the first as message().
    void report(std::string_view text);

    [[nodiscard]] const RuleProgram& program() const { return program_; }

  private:
    // Buffers of one level of calls.
    struct Level {
        Workspace product;
        Workspace scratch;
        std::vector<LhsOp> lhs;
        Captures captures{};
    };
    enum class Flow { kGoOn, kStop };

    [[nodiscard]] Exit apply(Workspace& work, int ruleset, int depth, bool* aborted);
    [[nodiscard]] Flow apply_rule(const Rule& rule, std::size_t index, Workspace& work, int ruleset,
                                  int depth, bool* aborted);
    [[nodiscard]] bool matches(const Rule& rule, const Workspace& work, Level& level);
    [[nodiscard]] bool match_traced(const Rule& rule, const std::vector<LhsOp>& lhs,
                                    const Workspace& work, Level& level);
    [[nodiscard]] bool substitute(const Rule& rule, const Workspace& work, Level& level,
                                  int ruleset, bool* operators);
    [[nodiscard]] std::string_view macro_text(std::string_view name) const;
    [[nodiscard]] bool add_macro(std::string_view name, Workspace& out);
    void trace_macro(char side, std::string_view name) const;
    [[nodiscard]] bool run_lookups(Level& level);
    [[nodiscard]] bool run_one_lookup(const Workspace& in, std::size_t& at, Workspace& out);
    [[nodiscard]] bool add_text(std::string_view text, Workspace& out);
    static void trace_lookup_start(const Map& map, std::string_view key, const MapArgs& arguments);
    static void trace_lookup_end(const Map& map, const Result<std::optional<std::string>>& value);
    [[nodiscard]] bool add_rescanned(const Workspace& in, std::size_t first, std::size_t last,
                                     Workspace& out);
    [[nodiscard]] Exit run_calls(Workspace& work, std::size_t from, int depth);
    [[nodiscard]] std::string join(const Workspace& work, std::size_t first,
                                   std::size_t last) const;
    void note_status(Exit code);
    void lookup_failed(const Error& error);
    void fail(Exit code, std::string_view text);
    void show_workspace(int ruleset, std::string_view verb, const Workspace& work) const;
    static void trace_capture(std::uint8_t capture, const Workspace& work, TokenRange range);
    [[nodiscard]] Level& level(int depth);

    const Config& config_;
    const RuleProgram& program_;
    const ClassTable& classes_;
    MacroScope& macros_;
    Matcher matcher_;
    TextArena arena_;
    std::vector<std::unique_ptr<Level>> levels_;
    std::vector<std::string_view> views_;
    Deadline deadline_ = Deadline::never();
    Exit status_ = Exit::kOk;
    bool hard_failure_ = false;
    bool map_failed_ = false;
    std::string message_;
    std::set<std::string> shown_;  // complaints about maps
    bool show_ = false;
};

}  // namespace sm
