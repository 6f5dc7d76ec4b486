// RuleProgram: the rulesets of a configuration in compiled form. Words are interned (compared by
// number), classes and macros are bound to tables. Built by rule_compiler, then const.
// See doc/design/rewriting.md.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcf/class_table.h"
#include "libmail/prescan.h"

namespace sm {

// What a workspace token is. Words have their number from the Interner, or kUnknownWord.
namespace word_id {
inline constexpr std::uint32_t kUnknownWord = 0;
inline constexpr std::uint32_t kResolve = 1;      // $#
inline constexpr std::uint32_t kHost = 2;         // $@
inline constexpr std::uint32_t kUser = 3;         // $:
inline constexpr std::uint32_t kSeparator = 4;    // $|
inline constexpr std::uint32_t kCall = 5;         // $>
inline constexpr std::uint32_t kCanonStart = 6;   // $[
inline constexpr std::uint32_t kCanonEnd = 7;     // $]
inline constexpr std::uint32_t kLookupStart = 8;  // $(
inline constexpr std::uint32_t kLookupEnd = 9;    // $)
inline constexpr std::uint32_t kFirstWord = 16;
}  // namespace word_id

// A token in the engine. `text` points into the arena of a rewriting or into the RuleProgram.
struct WorkToken {
    std::string_view text;
    std::uint64_t hash = 0;  // folded_hash(text); 0 for markers
    std::uint32_t id = word_id::kUnknownWord;
    bool is_word = false;  // needs a blank before another word

    [[nodiscard]] bool is_marker() const {
        return id != word_id::kUnknownWord && id < word_id::kFirstWord;
    }
};

using Workspace = std::vector<WorkToken>;

// True when both are the same word (without regard to case) or marker.
[[nodiscard]] inline bool same_token(const WorkToken& a, const WorkToken& b) {
    if (a.id != b.id) return false;
    return a.id != word_id::kUnknownWord || (a.hash == b.hash && iequals(a.text, b.text));
}

// Numbers for the words that occur in rules.
class Interner {
  public:
    [[nodiscard]] std::uint32_t add(std::string_view word, std::uint64_t hash);
    // kUnknownWord when no rule has that word.
    [[nodiscard]] std::uint32_t find(std::string_view word, std::uint64_t hash) const;
    [[nodiscard]] std::size_t size() const { return words_.size(); }

  private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t id = 0;
    };
    std::vector<Slot> slots_;
    std::vector<std::string_view> words_;
    std::deque<std::string> texts_;
};

enum class LhsKind : std::uint8_t {
    kToken,       // a literal word or marker
    kAny,         // $*
    kSome,        // $+
    kOne,         // $-
    kEmpty,       // $@
    kInClass,     // $=X
    kNotInClass,  // $~X
    kMacro,       // $&x
    kText,        // what $&x stands for: tokens that joined are the text; none, if it is empty
};

struct LhsOp {
    LhsKind kind = LhsKind::kToken;
    std::uint8_t binds = 0;      // 1..9; 0: not bound
    std::uint32_t argument = 0;  // class number
    WorkToken token{};           // kToken, kText; for kMacro the text is the macro's name
    [[nodiscard]] bool can_extend() const {
        return kind == LhsKind::kAny || kind == LhsKind::kSome || kind == LhsKind::kInClass;
    }
};

enum class RhsKind : std::uint8_t { kToken, kCapture, kMacro };

struct RhsOp {
    RhsKind kind = RhsKind::kToken;
    std::uint8_t capture = 0;  // 1..9
    WorkToken token{};         // kToken; for kMacro the text is the macro's name
};

enum class RuleEffect : std::uint8_t {
    kRepeat,
    kOnce,    // RHS begins with $:
    kReturn,  // RHS begins with $@
};

struct Rule {
    std::vector<LhsOp> lhs;
    std::vector<RhsOp> rhs;
    RuleEffect effect = RuleEffect::kRepeat;
    bool runtime_lhs = false;    // contains $&x
    bool has_operators = false;  // RHS has lookups or calls
    std::uint8_t captures = 0;   // number of binding operators
    int line = 0;
    std::uint64_t needs = 0;  // token_bit of every literal
    std::size_t min_tokens = 0;
    std::size_t max_tokens = 0;  // kMaxTokens + 1: no bound
};

[[nodiscard]] constexpr std::uint64_t token_bit(std::uint32_t id) {
    return 1ULL << (id & 63U);
}

struct Ruleset {
    std::string name;  // "" for a numbered ruleset without a name
    int number = 0;
    bool defined = false;
    std::vector<Rule> rules;
};

inline constexpr int kMaxRulesets = 200;

class RuleProgram {
  public:
    RuleProgram();

    // -1: no such name. Digits are a number (below 100 unless defined by name).
    [[nodiscard]] int find(std::string_view name) const;
    [[nodiscard]] const Ruleset& at(int number) const {
        return sets_[static_cast<std::size_t>(number)];
    }
    [[nodiscard]] Ruleset& at(int number) { return sets_[static_cast<std::size_t>(number)]; }
    // The name, or the number as text.
    [[nodiscard]] std::string_view display_name(int number) const;
    // Ties a name to a number; number -1: the highest free one. -1: none free, or the name has
    // another number already (which is stored in *other).
    [[nodiscard]] int define_name(std::string_view name, int number, int* other);

    // A token for `text`, known for good (its text lives as long as the program).
    [[nodiscard]] WorkToken make_token(std::string_view text);
    // A token of a workspace; its text must outlive it.
    [[nodiscard]] WorkToken token_for(std::string_view text) const {
        WorkToken token{text, folded_hash(text), word_id::kUnknownWord, table_.is_word(text)};
        token.id = words_.find(text, token.hash);
        return token;
    }
    [[nodiscard]] static WorkToken marker(std::uint32_t id);

    [[nodiscard]] const CharTable& table() const { return table_; }
    void set_operators(std::string_view operators) { table_ = CharTable(operators); }
    [[nodiscard]] char blank() const { return blank_; }
    void set_blank(char blank) { blank_ = blank; }

    // A string that lives as long as the program.
    [[nodiscard]] std::string_view keep(std::string_view text);

  private:
    std::vector<Ruleset> sets_;
    std::unordered_map<std::string, int, StringHash, std::equal_to<>> names_;
    Interner words_;
    std::deque<std::string> texts_;
    CharTable table_;
    char blank_ = ' ';
};

// A rule as `=S` of test mode and -d21.12 show it: operators in their cf spelling, blanks between.
[[nodiscard]] std::string show_lhs(const Rule& rule, const ClassTable& classes);
[[nodiscard]] std::string show_rhs(const Rule& rule);

}  // namespace sm
