#include "libcf/matcher.h"

#include <algorithm>

namespace sm {

namespace {

// Compares a class member with tokens joined by blanks between words.
bool same_as_tokens(std::string_view member, const WorkToken* tokens, TokenRange range,
                    char blank) {
    std::size_t at = 0;
    for (std::size_t i = range.first; i < range.last; ++i) {
        if (i > range.first && tokens[i].is_word && tokens[i - 1].is_word) {
            if (at >= member.size() || member[at] != blank) return false;
            ++at;
        }
        const std::string_view text = tokens[i].text;
        if (at + text.size() > member.size() || !iequals(member.substr(at, text.size()), text)) {
            return false;
        }
        at += text.size();
    }
    return at == member.size();
}

}  // namespace

bool range_in_class(const WordSet& set, const WorkToken* tokens, TokenRange range, char blank,
                    bool* too_long) {
    std::uint64_t hash = kFoldedHashStart;
    std::size_t size = 0;
    for (std::size_t i = range.first; i < range.last; ++i) {
        if (tokens[i].is_marker()) {
            *too_long = true;  // no member holds a marker
            return false;
        }
        if (i > range.first && tokens[i].is_word && tokens[i - 1].is_word) {
            hash = folded_hash(std::string_view(&blank, 1), hash);
            ++size;
        }
        hash = folded_hash(tokens[i].text, hash);
        size += tokens[i].text.size();
    }
    *too_long = size > set.longest();
    if (*too_long) return false;
    return set.find(hash, size, [&](std::string_view member) {
        return same_as_tokens(member, tokens, range, blank);
    });
}

std::size_t text_end(std::string_view text, const WorkToken* tokens, std::size_t at,
                     std::size_t count) {
    if (at >= count) return kNoEnd;
    while (!text.empty()) {
        if (at >= count || !istarts_with(text, tokens[at].text)) return kNoEnd;
        text.remove_prefix(tokens[at].text.size());
        ++at;
    }
    return at;
}

std::size_t Matcher::class_end(const LhsOp& op, const WorkToken* tokens, std::size_t start,
                               std::size_t from, std::size_t count) {
    const WordSet& set = classes_->at(op.argument);
    if (set.size() == 0) return 0;
    if (from == start + 1 && from <= count && !tokens[start].is_marker()) {
        // The usual case: one token, whose hash is known.
        const WorkToken& token = tokens[start];
        if (set.find(token.hash, token.text.size(),
                     [&token](std::string_view member) { return iequals(member, token.text); })) {
            return from;
        }
        if (token.text.size() > set.longest()) return 0;
        ++from;
    }
    bool too_long = false;
    for (std::size_t end = from; end <= count && !too_long; ++end) {
        if (range_in_class(set, tokens, TokenRange{start, end}, blank_, &too_long)) return end;
    }
    return 0;
}

// Applies `op` at token `at` with its shortest extent. False: it cannot match there.
bool Matcher::step(const LhsOp& op, const WorkToken* tokens, std::size_t count, std::size_t at,
                   std::size_t& end) {
    switch (op.kind) {
        case LhsKind::kToken:
            end = at + 1;
            return at < count && same_token(op.token, tokens[at]);
        case LhsKind::kAny:
            end = at;
            return true;
        case LhsKind::kSome:
        case LhsKind::kOne:
            end = at + 1;
            return at < count;
        case LhsKind::kEmpty:
            end = at;
            return true;  // zero tokens, anywhere
        case LhsKind::kInClass:
            end = at < count ? class_end(op, tokens, at, at + 1, count) : 0;
            return end != 0;
        case LhsKind::kNotInClass: {
            end = at + 1;
            if (at >= count) return false;
            bool too_long = false;
            return !range_in_class(classes_->at(op.argument), tokens, TokenRange{at, end}, blank_,
                                   &too_long);
        }
        case LhsKind::kText:
            end = text_end(op.token.text, tokens, at, count);
            return end != kNoEnd;
        case LhsKind::kMacro:
            return false;
    }
    return false;
}

bool Matcher::seen_before(std::size_t row, std::size_t position) {
    std::uint64_t& word = failed_[row * words_per_row_ + position / 64];
    const std::uint64_t bit = 1ULL << (position % 64);
    const bool seen = (word & bit) != 0;
    word |= bit;
    return seen;
}

bool Matcher::match(const LhsOp* lhs, std::size_t ops, const WorkToken* tokens, std::size_t count,
                    Captures& captures) {
    // Operators that may be extended later, innermost last; at most nine bind.
    std::array<std::size_t, 10> choices{};
    std::array<TokenRange, 10> extents{};
    std::size_t depth = 0;
    std::size_t op = 0;
    std::size_t at = 0;
    words_per_row_ = count / 64 + 1;
    failed_.assign(choices.size() * words_per_row_, 0);
    for (;;) {
        bool good = true;
        while (good && op < ops) {
            std::size_t end = 0;
            good = step(lhs[op], tokens, count, at, end);
            if (!good) break;
            if (lhs[op].kind == LhsKind::kAny && op + 1 == ops) end = count;
            if (lhs[op].kind == LhsKind::kSome && op + 1 == ops) end = count;
            if (lhs[op].binds != 0) captures[lhs[op].binds] = TokenRange{at, end};
            if (lhs[op].can_extend()) {
                choices[depth] = op;
                extents[depth] = TokenRange{at, end};
                // What follows this operator was tried here before, in vain.
                good = !seen_before(lhs[op].binds, end);
                ++depth;
                if (!good) break;
            }
            at = end;
            ++op;
        }
        if (good && at == count) return true;
        // Extend the innermost operator that can be.
        for (;;) {
            if (depth == 0) return false;
            const LhsOp& last = lhs[choices[depth - 1]];
            TokenRange& extent = extents[depth - 1];
            std::size_t end = extent.last + 1;
            if (end > count) end = 0;
            if (end != 0 && last.kind == LhsKind::kInClass) {
                end = class_end(last, tokens, extent.first, end, count);
            }
            if (end == 0) {
                --depth;
                continue;
            }
            extent.last = end;
            captures[last.binds] = extent;
            if (seen_before(last.binds, end)) {
                if (last.kind != LhsKind::kInClass) --depth;  // all longer ones failed as well
                continue;
            }
            op = choices[depth - 1] + 1;
            at = end;
            break;
        }
    }
}

}  // namespace sm
