#include "libcf/rule_compiler.h"

#include <algorithm>

#include "libcf/expand_macros.h"

namespace sm {

namespace {

// A piece of a rule: either plain text still to be cut into tokens, or one $ operator.
struct Piece {
    std::string text;  // plain text, or the name behind $=, $~, $&
    char op = 0;       // the character behind $, 0: plain text
};

constexpr std::string_view kOperatorChars = "*+-=~&@:>[]()#|123456789";

// Splits at the operators outside quotes. "$$" is a plain dollar sign.
std::vector<Piece> split_operators(std::string_view rest) {
    std::vector<Piece> pieces;
    std::string plain;
    bool quoted = false;
    const auto flush = [&] {
        if (!plain.empty()) pieces.push_back(Piece{std::move(plain), 0});
        plain.clear();
    };
    while (!rest.empty()) {
        const char c = rest.front();
        const char next = rest.size() > 1 ? rest[1] : '\0';
        if (c == '\\' && next != '\0' && next != '$') {
            plain += rest.substr(0, 2);
            rest.remove_prefix(2);
            continue;
        }
        if (c == '"') quoted = !quoted;
        if (c != '$' || quoted || next == '\0' ||
            (next != '$' && kOperatorChars.find(next) == std::string_view::npos)) {
            plain += c;
            rest.remove_prefix(1);
            continue;
        }
        rest.remove_prefix(2);
        if (next == '$') {
            plain += '$';
            // "$$|" means the two characters as a word of their own.
            continue;
        }
        flush();
        Piece piece{{}, next};
        if (next == '=' || next == '~' || next == '&') piece.text = take_macro_name(rest);
        pieces.push_back(std::move(piece));
    }
    flush();
    return pieces;
}

class Compiler {
  public:
    Compiler(RuleProgram& program, ClassTable& classes, int level)
        : program_(program),
          classes_(classes),
          mode_(level >= 9 ? ScanMode::kTokens : ScanMode::kComments) {}

    CompiledRule run(std::string_view lhs, std::string_view rhs) {
        for (const Piece& piece : split_operators(lhs)) add_lhs(piece);
        for (const Piece& piece : split_operators(rhs)) add_rhs(piece);
        finish();
        return std::move(out_);
    }

  private:
    // Plain text as tokens; calls `add` for each.
    template <typename Add>
    void scan(std::string_view text, const Add& add) {
        std::string buffer(scan_buffer_size(text.size()), '\0');
        std::vector<std::string_view> views;
        const ScanReport report =
            prescan_views(text, program_.table(), ScanOptions{mode_, 0}, buffer.data(), views);
        static_cast<void>(report);  // brackets may be balanced across operators
        for (const std::string_view view : views) add(program_.make_token(view));
    }

    void add_lhs(const Piece& piece) {
        LhsOp op;
        switch (piece.op) {
            case 0:
                add_lhs_text(piece.text);
                return;
            case '*':
                op.kind = LhsKind::kAny;
                break;
            case '+':
                op.kind = LhsKind::kSome;
                break;
            case '-':
                op.kind = LhsKind::kOne;
                break;
            case '@':
                op.kind = LhsKind::kEmpty;
                break;
            case '=':
                op.kind = LhsKind::kInClass;
                break;
            case '~':
                op.kind = LhsKind::kNotInClass;
                break;
            case '&':
                op.kind = LhsKind::kMacro;
                break;
            case '#':
                op.token = RuleProgram::marker(word_id::kResolve);
                break;
            case '|':
                op.token = RuleProgram::marker(word_id::kSeparator);
                break;
            default:
                // Stays in the rule as a word that no address has.
                bad_lhs(piece.op);
                op.token = program_.make_token(program_.keep(cat('$', piece.op)));
                break;
        }
        if (op.kind == LhsKind::kInClass || op.kind == LhsKind::kNotInClass) {
            op.argument = classes_.number_of(piece.text);
        }
        if (op.kind == LhsKind::kMacro) {
            op.token.text = program_.keep(piece.text);
            out_.rule.runtime_lhs = true;
        }
        if (op.kind != LhsKind::kToken && op.kind != LhsKind::kEmpty &&
            op.kind != LhsKind::kMacro) {
            if (out_.rule.captures >= 9) {
                complain("R line: too many wildcards");
                return;
            }
            op.binds = ++out_.rule.captures;
        }
        out_.rule.lhs.push_back(op);
    }

    void add_lhs_text(std::string_view text) {
        scan_keeping_brackets(text, [this](const WorkToken& token) {
            LhsOp literal;
            literal.token = token;
            out_.rule.lhs.push_back(literal);
        });
    }

    void bad_lhs(char op) {
        if (is_digit(op)) {
            complain("Inappropriate use of $1-$9 on LHS");
        } else {
            complain(cat("Inappropriate use of $", op, " on LHS"));
        }
    }

    void add_rhs(const Piece& piece) {
        RhsOp op;
        if (piece.op == 0) {
            scan_keeping_brackets(piece.text, [this](const WorkToken& token) {
                out_.rule.rhs.push_back(RhsOp{RhsKind::kToken, 0, token});
            });
            return;
        }
        if (is_digit(piece.op)) {
            op.kind = RhsKind::kCapture;
            op.capture = static_cast<std::uint8_t>(piece.op - '0');
            if (op.capture > out_.rule.captures) {
                complain(cat("replacement $", piece.op, " out of bounds"));
            }
        } else if (piece.op == '&') {
            op.kind = RhsKind::kMacro;
            op.token.text = program_.keep(piece.text);
        } else if (!add_rhs_marker(piece.op, op)) {
            complain(cat("Inappropriate use of $", piece.op, " on RHS"));
            return;
        }
        out_.rule.rhs.push_back(op);
    }

    // False: not an operator of right-hand sides. The prefixes $@ and $: become the effect.
    bool add_rhs_marker(char c, RhsOp& op) {
        static constexpr std::string_view kMarkers = "#@:|>[]()";
        const std::size_t index = kMarkers.find(c);
        if (index == std::string_view::npos) return false;
        op.token = RuleProgram::marker(static_cast<std::uint32_t>(index + 1));
        return true;
    }

    // Rules may split a pair of brackets by operators ("$* < @ $+ > $*"), so text between
    // operators is never complained about nor repaired.
    template <typename Add>
    void scan_keeping_brackets(std::string_view text, const Add& add) {
        std::size_t from = 0;
        bool quoted = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '<' || c == '>')) {
                scan(text.substr(from, i - from), add);
                add(program_.make_token(text.substr(i, 1)));
                from = i + 1;
            }
        }
        scan(text.substr(from), add);
    }

    void finish() {
        Rule& rule = out_.rule;
        take_effect();
        check_nesting();
        rule.max_tokens = 0;
        for (const LhsOp& op : rule.lhs) count(op);
        rule.has_operators = std::any_of(rule.rhs.begin(), rule.rhs.end(), [](const RhsOp& op) {
            return op.kind == RhsKind::kToken && op.token.is_marker() &&
                   op.token.id >= word_id::kCall;
        });
    }

    void take_effect() {
        auto& rhs = out_.rule.rhs;
        if (rhs.empty() || rhs.front().kind != RhsKind::kToken) return;
        const std::uint32_t id = rhs.front().token.id;
        if (id == word_id::kHost) out_.rule.effect = RuleEffect::kReturn;
        if (id == word_id::kUser) out_.rule.effect = RuleEffect::kOnce;
        if (id == word_id::kHost || id == word_id::kUser) rhs.erase(rhs.begin());
    }

    void check_nesting() {
        bool open = false;
        for (const RhsOp& op : out_.rule.rhs) {
            if (op.kind != RhsKind::kToken) continue;
            const std::uint32_t id = op.token.id;
            if (id == word_id::kLookupStart || id == word_id::kCanonStart) {
                if (open) complain("cannot nest map lookups");
                open = true;
            } else if (id == word_id::kLookupEnd || id == word_id::kCanonEnd) {
                open = false;
            }
        }
    }

    void count(const LhsOp& op) {
        Rule& rule = out_.rule;
        const std::size_t unbounded = kMaxTokens + 1;
        switch (op.kind) {
            case LhsKind::kToken:
                rule.needs |= token_bit(op.token.id);
                ++rule.min_tokens;
                ++rule.max_tokens;
                break;
            case LhsKind::kOne:
            case LhsKind::kNotInClass:
                ++rule.min_tokens;
                ++rule.max_tokens;
                break;
            case LhsKind::kSome:
            case LhsKind::kInClass:
                ++rule.min_tokens;
                rule.max_tokens = unbounded;
                break;
            case LhsKind::kAny:
            case LhsKind::kText:
            case LhsKind::kMacro:
                rule.max_tokens = unbounded;
                break;
            case LhsKind::kEmpty:
                break;
        }
        rule.max_tokens = std::min(rule.max_tokens, unbounded);
    }

    void complain(std::string text) { out_.complaints.push_back(std::move(text)); }

    RuleProgram& program_;
    ClassTable& classes_;
    ScanMode mode_;
    CompiledRule out_;
};

}  // namespace

CompiledRule compile_rule(RuleProgram& program, ClassTable& classes, std::string_view lhs,
                          std::string_view rhs, int level) {
    return Compiler(program, classes, level).run(lhs, rhs);
}

}  // namespace sm
